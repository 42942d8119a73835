"""A circuit as BPMN 2.0 (OMG formal/2013-12-09) with its layout, for any BPMN tool."""

from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from buridan.circuits.modele import CircuitModele, EtapeModele

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
TRACE = "http://www.omg.org/spec/DD/20100524/DI"
PAS, TACHE, NOEUD = 150, (110, 70), (40, 40)


@dataclass(slots=True)
class _Plan:
    """The process being written, its diagram, and where each node stands."""

    processus: ET.Element
    plan: ET.Element
    places: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)
    liens: int = 0

    def noeud(self, genre: str, identifiant: str, nom: str, x: float, y: float, taille: tuple[int, int]) -> ET.Element:
        """A flow node and its shape, centred on (x, y)."""
        element = ET.SubElement(self.processus, f"{{{BPMN}}}{genre}", id=identifiant, name=nom)
        forme = ET.SubElement(self.plan, f"{{{DI}}}BPMNShape", id=f"forme_{identifiant}", bpmnElement=identifiant)
        largeur, hauteur = taille
        place = (x - largeur / 2, y - hauteur / 2, float(largeur), float(hauteur))
        noms = ("x", "y", "width", "height")
        ET.SubElement(forme, f"{{{DC}}}Bounds", {n: str(v) for n, v in zip(noms, place, strict=True)})
        self.places[identifiant] = place
        return element

    def lien(self, de: str, vers: str) -> None:
        """A sequence flow and its edge."""
        self.liens += 1
        identifiant = f"lien_{self.liens}"
        ET.SubElement(self.processus, f"{{{BPMN}}}sequenceFlow", id=identifiant, sourceRef=de, targetRef=vers)
        trait = ET.SubElement(self.plan, f"{{{DI}}}BPMNEdge", id=f"trait_{identifiant}", bpmnElement=identifiant)
        x1, y1, l1, h1 = self.places[de]
        x2, y2, _l2, h2 = self.places[vers]
        for x, y in ((x1 + l1, y1 + h1 / 2), (x2, y2 + h2 / 2)):
            ET.SubElement(trait, f"{{{TRACE}}}waypoint", x=str(x), y=str(y))


def exporter(modele: CircuitModele) -> bytes:
    """The BPMN document: one user task per étape, gateways around parallel ranks."""
    for prefixe, espace in (("bpmn", BPMN), ("bpmndi", DI), ("dc", DC), ("di", TRACE)):
        ET.register_namespace(prefixe, espace)
    racine = ET.Element(f"{{{BPMN}}}definitions", id="definitions", targetNamespace="urn:buridan:circuits")
    processus = ET.SubElement(
        racine, f"{{{BPMN}}}process", id=f"circuit_{modele.code}", name=modele.titre, isExecutable="false"
    )
    ET.SubElement(processus, f"{{{BPMN}}}documentation").text = modele.description
    diagramme = ET.SubElement(racine, f"{{{DI}}}BPMNDiagram", id="diagramme")
    plan = _Plan(
        processus, ET.SubElement(diagramme, f"{{{DI}}}BPMNPlane", id="plan", bpmnElement=f"circuit_{modele.code}")
    )
    x = 80.0
    plan.noeud("startEvent", "debut", "Début", x, 200, NOEUD)
    precedent = "debut"
    for rang in modele.rangs():
        precedent, x = _rang(plan, rang, precedent, x + PAS)
    plan.noeud("endEvent", "fin", "Réponse envoyée", x + PAS, 200, NOEUD)
    plan.lien(precedent, "fin")
    return bytes(ET.tostring(racine, encoding="utf-8", xml_declaration=True))


def _rang(plan: _Plan, rang: tuple[EtapeModele, ...], precedent: str, x: float) -> tuple[str, float]:
    if len(rang) == 1:
        identifiant = f"etape_{rang[0].rang}_1"
        _tache(plan, rang[0], identifiant, x, 200)
        plan.lien(precedent, identifiant)
        return identifiant, x
    numero = rang[0].rang
    regle = {"tous": "toutes", "un": "une seule"}.get(rang[0].regle, f"{rang[0].regle} sur {len(rang)}")
    plan.noeud("parallelGateway", f"ouverture_{numero}", "", x, 200, NOEUD)
    plan.noeud(
        "complexGateway" if rang[0].regle != "tous" else "parallelGateway",
        f"fermeture_{numero}",
        regle,
        x + 2 * PAS,
        200,
        NOEUD,
    )
    plan.lien(precedent, f"ouverture_{numero}")
    for n, etape in enumerate(rang, 1):
        identifiant = f"etape_{numero}_{n}"
        _tache(plan, etape, identifiant, x + PAS, 200 + (n - (len(rang) + 1) / 2) * 100)
        plan.lien(f"ouverture_{numero}", identifiant)
        plan.lien(identifiant, f"fermeture_{numero}")
    return f"fermeture_{numero}", x + 2 * PAS


def _tache(plan: _Plan, etape: EtapeModele, identifiant: str, x: float, y: float) -> None:
    tache = plan.noeud("userTask", identifiant, etape.titre, x, y, TACHE)
    details = [etape.type.libelle, f"à : {etape.destinataire}", f"délai : {etape.delai}" if etape.delai else ""]
    details.append(f"demande {etape.niveau_en_mots}" if etape.niveau_signature else "")
    ET.SubElement(tache, f"{{{BPMN}}}documentation").text = " ; ".join(filter(None, details))
