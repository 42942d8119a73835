"""`python -m bench [--petit] [--profil] [--sans-echelle] [--sans-visa]`: prints ratios, always exits with 0."""

import argparse

from bench import base, rapport


def lire_options() -> argparse.Namespace:
    """The command line."""
    options = argparse.ArgumentParser(prog="python -m bench", description="Rapports mesurés en une exécution.")
    options.add_argument("--petit", action="store_true", help="2 000 et 20 000 dossiers, 10 tours : essai rapide")
    options.add_argument("--profil", action="store_true", help="montre où passe le temps d'un visa")
    options.add_argument("--sans-visa", action="store_true")
    options.add_argument("--sans-echelle", action="store_true")
    return options.parse_args()


def main() -> None:
    """Measure and print."""
    options = lire_options()
    adresse = base.demarrer()
    from bench import echelle, ville, visa  # Django is ready only now

    print(base.reglages(adresse))
    petite_ville = ville.fonder()
    lignes: list[rapport.Ligne] = []
    if not options.sans_visa:
        lignes += visa.lignes(visa.comparer(petite_ville, adresse, 10 if options.petit else 40))
    if options.profil:
        visa.profiler(petite_ville)
    if not options.sans_echelle:
        lignes += echelle.mesurer(petite_ville, (2_000, 20_000) if options.petit else (10_000, 1_000_000))
    rapport.imprimer(lignes)


if __name__ == "__main__":
    main()
