"""The mayor's decision may be taken by delegation: it is then the mayor's word, and comes after the same visa."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

SQL = """
-- Any decision on a note, whoever takes it, comes after the visa of the elected official.
CREATE OR REPLACE FUNCTION notes_arrive_au_maire() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    n record;
    actuelle record;
BEGIN
    SELECT x.elu_id, x.maire_id, x.theme, d.reference INTO n FROM notes_note x JOIN dossiers_dossier d ON d.id = x.dossier_id
        WHERE x.dossier_id = NEW.dossier_id;
    SELECT etat, poste_id, rang INTO actuelle FROM dossiers_etape WHERE id = NEW.id;
    IF n IS NULL OR actuelle IS NULL OR n.elu_id = n.maire_id OR actuelle.etat NOT IN ('active', 'faite') THEN RETURN NULL; END IF;
    IF NOT notes_visee_par_l_elu(NEW.dossier_id, n.elu_id, actuelle.rang) THEN
        RAISE EXCEPTION 'La note % n''arrive pas au maire sans le visa de l''élu chargé de « % ». Demandez-le d''abord.',
            n.reference, n.theme USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION notes_retour(lequel bigint) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    n record;
    ecrite integer;
    parole text;
BEGIN
    SELECT d.reference, x.maire_id, coalesce(x.decideur_id, x.maire_id) AS decideur_id, r.sens INTO n FROM notes_note x JOIN dossiers_dossier d ON d.id = x.dossier_id
        LEFT JOIN dossiers_reponse r ON r.dossier_id = d.id AND r.tour = d.tour WHERE d.id = lequel AND d.etat = 'clos';
    IF NOT FOUND THEN RETURN NULL; END IF;
    IF n.sens = 'retiree' THEN
        IF EXISTS (SELECT 1 FROM dossiers_etape e WHERE e.dossier_id = lequel AND e.type = 'decision' AND e.etat = 'faite'
            AND e.poste_id IN (n.maire_id, n.decideur_id)) THEN
            RETURN 'Le maire s''est prononcé sur la note ' || n.reference || ' : elle ne se retire plus.';
        END IF;
        RETURN NULL;
    END IF;
    SELECT coalesce(max(e.rang), 0) INTO ecrite FROM dossiers_etape e
        WHERE e.dossier_id = lequel AND e.type = 'traitement' AND e.etat = 'faite';
    SELECT CASE c.resultat WHEN 'accordee' THEN 'favorable' WHEN 'refusee' THEN 'refus' ELSE 'information' END INTO parole
        FROM dossiers_etape e JOIN dossiers_decision c ON c.etape_id = e.id
        WHERE e.dossier_id = lequel AND e.etat = 'faite' AND e.rang > ecrite
            AND (c.resultat = 'refusee' OR (e.type = 'decision' AND e.poste_id IN (n.maire_id, n.decideur_id)))
        ORDER BY coalesce(e.type = 'decision' AND e.poste_id IN (n.maire_id, n.decideur_id), false) DESC, e.rang DESC, e.id DESC LIMIT 1;
    IF parole IS NULL OR parole IS DISTINCT FROM n.sens THEN
        RETURN 'La réponse à la note ' || n.reference || ' dit ce que le maire a décidé, ou le refus qui l''a arrêtée.';
    END IF;
    RETURN NULL;
END $$;
"""
RETOUR = """
CREATE OR REPLACE FUNCTION notes_arrive_au_maire() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    n record;
    actuelle record;
BEGIN
    SELECT x.elu_id, x.maire_id, x.theme, d.reference INTO n FROM notes_note x JOIN dossiers_dossier d ON d.id = x.dossier_id
        WHERE x.dossier_id = NEW.dossier_id;
    SELECT etat, poste_id, rang INTO actuelle FROM dossiers_etape WHERE id = NEW.id;
    IF n IS NULL OR actuelle IS NULL OR n.elu_id = n.maire_id OR actuelle.poste_id IS DISTINCT FROM n.maire_id
        OR actuelle.etat NOT IN ('active', 'faite') THEN RETURN NULL; END IF;
    IF NOT notes_visee_par_l_elu(NEW.dossier_id, n.elu_id, actuelle.rang) THEN
        RAISE EXCEPTION 'La note % n''arrive pas au maire sans le visa de l''élu chargé de « % ». Demandez-le d''abord.',
            n.reference, n.theme USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION notes_retour(lequel bigint) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    n record;
    ecrite integer;
    parole text;
BEGIN
    SELECT d.reference, x.maire_id, r.sens INTO n FROM notes_note x JOIN dossiers_dossier d ON d.id = x.dossier_id
        LEFT JOIN dossiers_reponse r ON r.dossier_id = d.id AND r.tour = d.tour WHERE d.id = lequel AND d.etat = 'clos';
    IF NOT FOUND THEN RETURN NULL; END IF;
    IF n.sens = 'retiree' THEN
        IF EXISTS (SELECT 1 FROM dossiers_etape e WHERE e.dossier_id = lequel AND e.type = 'decision' AND e.etat = 'faite'
            AND e.poste_id = n.maire_id) THEN
            RETURN 'Le maire s''est prononcé sur la note ' || n.reference || ' : elle ne se retire plus.';
        END IF;
        RETURN NULL;
    END IF;
    SELECT coalesce(max(e.rang), 0) INTO ecrite FROM dossiers_etape e
        WHERE e.dossier_id = lequel AND e.type = 'traitement' AND e.etat = 'faite';
    SELECT CASE c.resultat WHEN 'accordee' THEN 'favorable' WHEN 'refusee' THEN 'refus' ELSE 'information' END INTO parole
        FROM dossiers_etape e JOIN dossiers_decision c ON c.etape_id = e.id
        WHERE e.dossier_id = lequel AND e.etat = 'faite' AND e.rang > ecrite
            AND (c.resultat = 'refusee' OR (e.type = 'decision' AND e.poste_id = n.maire_id))
        ORDER BY (e.type = 'decision' AND e.poste_id = n.maire_id) DESC, e.rang DESC, e.id DESC LIMIT 1;
    IF parole IS NULL OR parole IS DISTINCT FROM n.sens THEN
        RETURN 'La réponse à la note ' || n.reference || ' dit ce que le maire a décidé, ou le refus qui l''a arrêtée.';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("notes", "0004_begun_by_an_agent")]
    operations = [
        migrations.AddField(
            "note",
            "decideur",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.poste",
                verbose_name="décidée par délégation par",
            ),
        ),
        migrations.AddField(
            "note",
            "par_delegation",
            models.CharField(blank=True, default="", max_length=300, verbose_name="en vertu de"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "note",
            models.CheckConstraint(
                condition=(Q(decideur=None) & Q(par_delegation=""))
                | (Q(decideur__isnull=False) & ~Q(par_delegation="")),
                name="note_decidee_par_delegation",
                violation_error_message="Qui décide à la place du maire le fait en vertu d'une délégation, que la note cite.",
            ),
        ),
        migrations.RunSQL(SQL, RETOUR),
    ]
