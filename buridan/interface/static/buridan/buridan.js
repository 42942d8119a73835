// Improvements only: every page works without this file.
"use strict";
document.addEventListener("submit", (evenement) => {
  // A second click while the first is on its way would only show the first result; spare the wait.
  const bouton = evenement.submitter;
  if (bouton && evenement.target.method === "post") setTimeout(() => { bouton.disabled = true; }, 0);
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("button[type=submit]:disabled").forEach((b) => { b.disabled = false; });
});
document.addEventListener("change", (evenement) => {
  const choix = evenement.target.closest("select[data-remplit]");
  if (!choix) return;
  const cible = document.getElementById(choix.dataset.remplit);
  const source = document.getElementById(choix.value);
  if (cible && source) { cible.value = source.content.textContent.trim(); cible.focus(); }
});
