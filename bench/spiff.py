"""SpiffWorkflow's side: load from PostgreSQL, complete one task, save; five tasks in a row.

Twice: with the circuit of the visa (each task has a reminder and an escalation, two timers that don't interrupt, as each of
our étapes has) and with bare tasks, which nobody is reminded of.
"""

import psycopg
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

TACHES = 5
NOMS = ["debut", *(f"tache_{n}" for n in range(1, TACHES + 1)), "fin"]
MINUTERIES = {"rappel": "P1D", "escalade": "P4D"}


def _bpmn(*, delais: bool) -> bytes:
    noeuds = [f'<userTask id="{nom}" name="{nom}"/>' for nom in NOMS[1:-1]]
    fleches = list(zip(NOMS, NOMS[1:], strict=False))
    if delais:
        for tache in NOMS[1:-1]:
            for nom, duree in MINUTERIES.items():
                cle = f"{tache}_{nom}"
                noeuds.append(
                    f'<boundaryEvent id="{cle}" attachedToRef="{tache}" cancelActivity="false"><timerEventDefinition>'
                    f'<timeDuration>"{duree}"</timeDuration></timerEventDefinition></boundaryEvent>'
                    f'<userTask id="{cle}_fait" name="{nom}"/><endEvent id="{cle}_fin"/>'
                )
                fleches += [(cle, f"{cle}_fait"), (f"{cle}_fait", f"{cle}_fin")]
    traits = [f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>' for n, (a, b) in enumerate(fleches)]
    corps = "".join(['<startEvent id="debut"/>', *noeuds, '<endEvent id="fin"/>', *traits])
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="bench">'
        f'<process id="bench" isExecutable="true">{corps}</process></definitions>'
    ).encode()


class Moteur:
    """Instances kept as JSON text in one table (text, not jsonb: the cheaper of the two for SpiffWorkflow)."""

    def __init__(self, lien: psycopg.Connection, *, delais: bool) -> None:
        self.lien = lien
        self.serialiseur = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
        analyseur = BpmnParser()
        analyseur.add_bpmn_str(_bpmn(delais=delais))
        self.plan = analyseur.get_spec("bench")
        with lien.transaction():
            lien.execute(
                "CREATE TABLE IF NOT EXISTS bench_spiff (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, etat text)"
            )

    def ouvrir(self) -> int:
        """A new instance, its first task ready."""
        instance = BpmnWorkflow(self.plan)
        instance.do_engine_steps()
        texte = self.serialiseur.serialize_json(instance)
        with self.lien.transaction():
            ligne = self.lien.execute("INSERT INTO bench_spiff (etat) VALUES (%s) RETURNING id", [texte]).fetchone()
        return int(ligne[0])

    def avancer(self, cle: int) -> None:
        """Load, complete the ready task, save, in one transaction."""
        with self.lien.transaction():
            ligne = self.lien.execute("SELECT etat FROM bench_spiff WHERE id = %s FOR UPDATE", [cle]).fetchone()
            instance = self.serialiseur.deserialize_json(ligne[0])
            tache = instance.get_next_task(state=TaskState.READY, manual=True)
            tache.set_data(resultat="visee")
            tache.run()
            instance.do_engine_steps()
            texte = self.serialiseur.serialize_json(instance)
            self.lien.execute("UPDATE bench_spiff SET etat = %s WHERE id = %s", [texte, cle])
