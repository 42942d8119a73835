// A point on a map, only when tiles are configured. The address field beside it is enough: without this file nothing is lost.
"use strict";
document.querySelectorAll("[data-carte]").forEach((bloc) => {
  const { tuiles, mention, latitude, longitude, zoom, icone } = bloc.dataset;
  const fixe = bloc.dataset.carte === "fixe";
  bloc.hidden = false;
  const plan = bloc.querySelector(".b-plan");
  plan.setAttribute("role", "application");
  plan.setAttribute("aria-label", fixe ? "Carte de l'endroit" : "Carte : les flèches la font glisser");
  const carte = L.map(plan, { zoomControl: false, attributionControl: false, scrollWheelZoom: false });
  carte.setView([Number(latitude), Number(longitude)], Number(zoom));
  L.control.zoom({ zoomInTitle: "Agrandir la carte", zoomOutTitle: "Réduire la carte" }).addTo(carte);
  if (mention) L.control.attribution({ prefix: false }).addAttribution(mention).addTo(carte);
  L.tileLayer(tuiles, { maxZoom: 19 }).addTo(carte);
  const dessin = L.icon({ iconUrl: icone, iconSize: [25, 41], iconAnchor: [12, 41] });
  if (fixe) {
    L.marker(carte.getCenter(), { icon: dessin, keyboard: false, interactive: false, alt: "L'endroit" }).addTo(carte);
    return;
  }
  const champ = (nom) => bloc.closest("form").elements[nom];
  const phrase = bloc.querySelector("[role=status]");
  const poser = bloc.querySelector("[data-poser]");
  const enlever = bloc.querySelector("[data-enlever]");
  const PAS = { ArrowUp: [0, -10], ArrowDown: [0, 10], ArrowLeft: [-10, 0], ArrowRight: [10, 0] };
  const POINT = "Point sur la carte :"; // the place when no address is given
  let repere = null;

  function noter(point) {
    const lieu = [point.lat.toFixed(5), point.lng.toFixed(5)].join(" ; ").replaceAll(".", ",");
    champ("latitude").value = point.lat.toFixed(6);
    champ("longitude").value = point.lng.toFixed(6);
    phrase.textContent = `Endroit choisi sur la carte (${lieu}). Pour le changer, déplacez le repère.`;
    if (!champ("lieu").value.trim() || champ("lieu").value.startsWith(POINT)) champ("lieu").value = `${POINT} ${lieu}`;
    poser.hidden = true;
    enlever.hidden = false;
  }
  function placer(point) {
    if (repere) repere.setLatLng(point);
    else {
      repere = L.marker(point, { icon: dessin, draggable: true, alt: "Repère : les flèches du clavier le déplacent" }).addTo(carte);
      repere.on("dragend", () => noter(repere.getLatLng()));
      repere.getElement().addEventListener("keydown", (touche) => {
        const pas = PAS[touche.key];
        if (!pas) return;
        touche.preventDefault();
        touche.stopPropagation();
        placer(carte.containerPointToLatLng(carte.latLngToContainerPoint(repere.getLatLng()).add(pas)));
        if (!carte.getBounds().contains(repere.getLatLng())) carte.panTo(repere.getLatLng(), { animate: false });
      });
    }
    noter(repere.getLatLng());
  }
  carte.on("click", (clic) => placer(clic.latlng));
  poser.addEventListener("click", () => { placer(carte.getCenter()); repere.getElement().focus(); });
  enlever.addEventListener("click", () => {
    repere.remove();
    repere = null;
    for (const nom of ["latitude", "longitude"]) champ(nom).value = "";
    if (champ("lieu").value.startsWith(POINT)) champ("lieu").value = "";
    phrase.textContent = "Le repère est enlevé.";
    poser.hidden = false;
    enlever.hidden = true;
    poser.focus();
  });
  if (champ("latitude").value && champ("longitude").value) {
    placer(L.latLng(Number(champ("latitude").value), Number(champ("longitude").value)));
    carte.panTo(repere.getLatLng(), { animate: false });
  }
});
