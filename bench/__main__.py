"""`python -m bench [OPTIONS]` (`--help` lists them): prints ratios, always exits with 0."""

import argparse

from bench import base, rapport


def lire_options() -> argparse.Namespace:
    """The command line."""
    options = argparse.ArgumentParser(prog="python -m bench", description="Rapports mesurés en une exécution.")
    options.add_argument("--petit", action="store_true", help="2 000 et 20 000 dossiers, 10 tours : essai rapide")
    options.add_argument("--profil", action="store_true", help="montre où passe le temps d'un visa")
    options.add_argument("--sans-visa", action="store_true")
    options.add_argument("--sans-echelle", action="store_true", help="sans dépôts, ni pages, ni recherches")
    options.add_argument("--sans-scans", action="store_true", help="sans le courrier numérisé (200 pages à lire)")
    options.add_argument(
        "--essais", type=int, default=40, help="tours de visas, appels de chaque page dans chaque commune"
    )
    options.add_argument("--reprendre", action="store_true", help="sur les communes déjà remplies par la fois d'avant")
    options.add_argument(
        "--noter", action="store_true", help="garde ces rapports et les écrit dans docs/performance.md"
    )
    lues = options.parse_args()
    if lues.noter and (lues.petit or lues.sans_visa or lues.sans_echelle or lues.sans_scans):
        options.error(
            "--noter demande toutes les mesures, en grand : les rapports gardés sont comparés à une même chose"
        )
    return lues


def main() -> None:
    """Measure and print."""
    options = lire_options()
    adresse = base.demarrer()
    from bench import ville, visa  # Django is ready only now

    reglages = base.reglages(adresse)
    print(reglages)
    petite_ville = ville.fonder()
    lignes: list[rapport.Ligne] = []
    details: list[str] = []
    if not options.sans_visa:
        lignes += visa.lignes(visa.comparer(petite_ville, adresse, 10 if options.petit else options.essais))
    if options.profil:
        visa.profiler(petite_ville)
    if not options.sans_echelle:
        from bench import communes, echelle, en_ligne

        tailles = (2_000, 20_000) if options.petit else (10_000, 1_000_000)
        deux = communes.retrouver(adresse) if options.reprendre else communes.fonder(adresse, tailles)
        lignes += echelle.mesurer(deux)
        mesures, details = en_ligne.mesurer(deux, essais=10 if options.petit else options.essais)
        lignes += mesures
    if not options.sans_scans:
        from bench import numerisation

        lignes += numerisation.lignes(20 if options.petit else 200)
    rapport.imprimer(lignes, rapport.lire_notes())
    if options.noter:
        rapport.noter(lignes, [reglages, "", *details])


if __name__ == "__main__":
    main()
