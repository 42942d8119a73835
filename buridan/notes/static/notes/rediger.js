// Saves a note as it is typed. Without this file the page works with its button. Nothing is lost when two write at once:
// the server says which part somebody else saved meanwhile, and both texts are shown.
"use strict";
(() => {
  const formulaire = document.querySelector("form[data-note]");
  if (!formulaire) return;
  const etat = formulaire.querySelector("[data-etat]");
  const DELAI = 1200;
  let attente = 0, enCours = false, encore = false;
  const parties = new Map([...formulaire.querySelectorAll("[data-partie]")].map((p) => [p.dataset.partie, p]));
  const vu = (code) => formulaire.elements[`vu__${code}`];
  const champs = (partie) => [...partie.querySelectorAll("input:not([type=hidden]), textarea, select")];
  const lire = (partie) => champs(partie).map((c) => c.value).join("\u0000");
  const dire = (phrase) => { etat.textContent = phrase; };
  const ecrire = (partie, contenu) => champs(partie).forEach((c) => { c.value = contenu[c.name.split("__")[1]] ?? ""; });

  const montrerLesDeux = (partie, code, sort) => {
    partie.dataset.enConflit = "1";
    const place = partie.querySelector("[data-conflit]");
    const boite = document.createElement("div");
    boite.className = "alert alert-warning";
    boite.setAttribute("role", "alert");
    const titre = document.createElement("p");
    titre.textContent = `${sort.par || "Quelqu'un"} a enregistré un autre texte${sort.le ? ` le ${sort.le}` : ""} :`;
    boite.append(titre);
    champs(partie).forEach((c) => {
      const autre = sort.contenu[c.name.split("__")[1]];
      if (!autre) return;
      const texte = document.createElement("p");
      texte.className = "b-texte mb-1";
      texte.textContent = autre;
      boite.append(texte);
    });
    const bouton = (libelle, geste) => {
      const b = document.createElement("button");
      b.type = "button";
      b.className = "btn btn-outline-primary me-2 mt-2";
      b.textContent = libelle;
      b.addEventListener("click", () => {
        geste();
        vu(code).value = sort.vu;
        delete partie.dataset.enConflit;
        place.replaceChildren();
        enregistrer();
      });
      boite.append(b);
    };
    bouton("Garder mon texte", () => {});
    bouton("Prendre l'autre texte", () => ecrire(partie, sort.contenu));
    place.replaceChildren(boite);
    dire("Deux textes pour une même partie : choisissez. Le vôtre est gardé à part en attendant.");
  };

  const suivre = (code, sort, envoye) => {
    const partie = parties.get(code);
    if (!partie || partie.dataset.enConflit) return;
    if (sort.etat === "conflit") { montrerLesDeux(partie, code, sort); return; }
    if (sort.etat === "rafraîchie") {
      if (lire(partie) !== envoye) return; // typed meanwhile: the next save will tell
      ecrire(partie, sort.contenu);
      dire(`${sort.par} vient d'écrire dans une autre partie : vous voyez son texte.`);
    }
    vu(code).value = sort.vu;
  };

  const enregistrer = async () => {
    if (enCours) { encore = true; return; }
    enCours = true;
    clearTimeout(attente);
    const envoyes = new Map([...parties].map(([code, partie]) => [code, lire(partie)]));
    const donnees = new FormData(formulaire);
    parties.forEach((partie, code) => { // what waits for a choice is not sent again
      if (partie.dataset.enConflit) [...donnees.keys()].filter((c) => c.startsWith(`${code}__`)).forEach((c) => donnees.delete(c));
      if (partie.dataset.enConflit) donnees.delete(`vu__${code}`);
    });
    try {
      dire("Enregistrement…");
      const reponse = await fetch(formulaire.action || location.href, {
        method: "POST", body: donnees, headers: {"X-Buridan-Enregistre": "1"},
        keepalive: document.hidden, // outlives the page; browsers limit what such a request may carry
      });
      if (!(reponse.headers.get("content-type") || "").includes("json")) throw new Error(String(reponse.status));
      const lu = await reponse.json();
      if (lu.raison) dire(`Pas enregistré. ${lu.raison}`);
      else {
        dire(`Enregistré à ${new Date().toLocaleTimeString("fr-FR", {hour: "2-digit", minute: "2-digit"})}.`);
        Object.entries(lu.parties).forEach(([code, sort]) => suivre(code, sort, envoyes.get(code)));
      }
    } catch {
      dire("Pas enregistré : la connexion ne répond pas. Votre texte reste ici ; nous réessayons.");
      attente = setTimeout(enregistrer, 10000);
    } finally {
      enCours = false;
      if (encore) { encore = false; enregistrer(); }
    }
  };

  dire("Ce que vous écrivez s'enregistre tout seul.");
  formulaire.addEventListener("input", () => { clearTimeout(attente); attente = setTimeout(enregistrer, DELAI); });
  formulaire.addEventListener("submit", () => clearTimeout(attente));
  document.addEventListener("visibilitychange", () => { if (document.hidden && attente) enregistrer(); });
})();
