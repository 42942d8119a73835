// Single keys in the parapheur, which can be switched off (WCAG 2.1.4). None of them decides anything: « d » goes to the button.
"use strict";
(() => {
  const CLE = "buridan.raccourcis";
  const aide = document.getElementById("raccourcis");
  const choix = document.getElementById("raccourcis-actifs");
  if (!aide || !choix) return;
  let actifs = true;
  try { actifs = localStorage.getItem(CLE) !== "non"; } catch { /* storage refused: on for this page */ }
  aide.hidden = false;
  choix.checked = actifs;
  choix.addEventListener("change", () => {
    actifs = choix.checked;
    try { localStorage.setItem(CLE, actifs ? "oui" : "non"); } catch { /* holds for this page only */ }
  });
  document.addEventListener("keydown", (evenement) => {
    if (!actifs || evenement.repeat || evenement.ctrlKey || evenement.altKey || evenement.metaKey) return;
    if (evenement.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const touche = evenement.key.toLowerCase();
    const lien = document.querySelector(`a[data-touche="${CSS.escape(touche)}"]`);
    const bouton = touche === "d" ? document.querySelector("[data-principal]") : null;
    if (lien) lien.click();
    if (bouton) { bouton.scrollIntoView({ block: "center" }); bouton.focus(); }
    if (lien || bouton) evenement.preventDefault();
  });
})();
