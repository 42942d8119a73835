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
// One key for a proposal: the key's place, since a French keyboard wants Shift for its digits. Never while somebody types, never
// with another key held, and it can be turned off on this machine (WCAG 2.1.4).
const COUPEES = "buridan.touches-coupees";
const coupees = () => { try { return localStorage.getItem(COUPEES) === "oui"; } catch { return false; } };
const direLesTouches = () => document.querySelectorAll("[data-coupe-touches]").forEach((bouton) => {
  bouton.parentElement.hidden = false;
  bouton.setAttribute("aria-pressed", String(coupees()));
});
document.addEventListener("DOMContentLoaded", direLesTouches);
document.addEventListener("click", (evenement) => {
  if (!evenement.target.closest("[data-coupe-touches]")) return;
  try { localStorage.setItem(COUPEES, coupees() ? "non" : "oui"); } catch { return; }
  direLesTouches();
});
document.addEventListener("keydown", (evenement) => {
  const touche = /^(?:Digit|Numpad)([1-3])$/.exec(evenement.code);
  const ailleurs = evenement.repeat || evenement.altKey || evenement.ctrlKey || evenement.metaKey
    || evenement.target.closest("input, select, textarea") || (evenement.code.startsWith("Numpad") && evenement.key !== touche?.[1]);
  const bouton = touche && !ailleurs && !coupees() && document.querySelector(`button[data-touche="${touche[1]}"]`);
  if (bouton) { evenement.preventDefault(); bouton.click(); }
});
