"""What opens a scan is bounded: it ends alone, tells nothing of our secrets, and a page it can't draw goes to somebody."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from buridan.numerisation import lecture
from buridan.numerisation.etats import Lecture
from buridan.numerisation.models import Page
from tests.conftest import Troupe
from tests.numerisation.scans import depose, etat_des_pages, pages, pas


def image_immense() -> bytes:
    """A page that says it holds a picture of 60 000 by 60 000 points, then a plain one."""
    with pikepdf.open(BytesIO(pages(2))) as pdf:
        image = pikepdf.Stream(pdf, b"\0" * 1000)
        for cle, valeur in {
            "/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": 60000, "/Height": 60000,
            "/ColorSpace": pikepdf.Name.DeviceRGB, "/BitsPerComponent": 8,
        }.items():  # fmt: skip
            image[cle] = valeur
        page = pdf.pages[0]
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image))
        page.Contents = pdf.make_stream(b"500 0 0 700 0 0 cm /Im Do")
        sortie = BytesIO()
        pdf.save(sortie)
    return sortie.getvalue()


@pytest.mark.django_db
def test_a_hostile_page_does_not_stop_the_others(troupe: Troupe, monkeypatch: Any, tmp_path: Path) -> None:
    lot = depose(troupe, image_immense())
    monkeypatch.setenv("PATH", str(tmp_path))  # nothing reads: drawing is what is tried
    for _compter_montrer in range(2):
        pas(troupe, lot)
    assert not Page.objects.filter(lot=lot, a_montrer=True).exists()
    assert etat_des_pages(lot)[1] in (Lecture.A_LIRE, Lecture.SANS_OBJET), "the plain page was drawn"


def test_the_workshop_is_stopped_at_its_time() -> None:
    with pytest.raises(lecture.Echec, match="secondes"):
        lecture.demander_a_l_atelier("compter", delai=0, source="/dev/null")


def test_the_workshop_is_given_no_secret(tmp_path: Path, monkeypatch: Any) -> None:
    """A request that fails tells through its environment file what the process was given."""
    monkeypatch.setenv("BURIDAN_CLE_SECRETE", "tres-secret")
    monkeypatch.setenv("DATABASE_URL", "tres-secret")
    vu: dict[str, Any] = {}
    vrai = lecture.subprocess.Popen

    def regarder(*args: Any, **kwargs: Any) -> Any:
        vu.update(kwargs["env"])
        return vrai(*args, **kwargs)

    monkeypatch.setattr(lecture.subprocess, "Popen", regarder)
    fichier = tmp_path / "a.pdf"
    fichier.write_bytes(pages(3))
    assert lecture.demander_a_l_atelier("compter", delai=60, source=str(fichier)) == {"pages": 3, "grandes": []}
    assert "tres-secret" not in vu.values() and "PATH" in vu
