"""One ceiling at a time for a person, a nature and an entity; what an act says is never rewritten."""

from django.db import migrations

# int8range(x, x, '[]') && compares equality with GiST's built-in range operators: no btree_gist needed.
UN_A_LA_FOIS = """
ALTER TABLE delegations_delegation ADD CONSTRAINT delegation_un_plafond_a_la_fois EXCLUDE USING gist (
    int8range(delegataire_id, delegataire_id, '[]') WITH &&,
    int8range(hashtext(nature)::bigint, hashtext(nature)::bigint, '[]') WITH &&,
    int8range(coalesce(entite_id, 0), coalesce(entite_id, 0), '[]') WITH &&,
    daterange(debut, CASE WHEN fin IS NOT NULL OR retiree_le IS NOT NULL
        THEN greatest(debut, least(fin, (retiree_le AT TIME ZONE 'Europe/Paris')::date)) END, '[)') WITH &&
);
COMMENT ON CONSTRAINT delegation_un_plafond_a_la_fois ON delegations_delegation IS
    'Cette personne a déjà une délégation pour cette nature d''actes et ce service à ces dates. Retirez d''abord l''ancienne.'
"""
FIGE = """
CREATE FUNCTION delegations_fige() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Une délégation ne s''efface pas : retirez-la.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (to_jsonb(NEW) - '{fin,retiree_le,retiree_par_id,retrait_motif,prevenue_le}'::text[])
        <> (to_jsonb(OLD) - '{fin,retiree_le,retiree_par_id,retrait_motif,prevenue_le}'::text[])
        OR (OLD.fin IS NOT NULL AND (NEW.fin IS NULL OR NEW.fin > OLD.fin))
        OR (OLD.retiree_le IS NOT NULL AND (NEW.retiree_le, NEW.retrait_motif) IS DISTINCT FROM (OLD.retiree_le, OLD.retrait_motif))
    THEN
        RAISE EXCEPTION 'Une délégation donnée ne change plus : retirez-la, puis donnez-en une autre.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER delegations_fige BEFORE UPDATE OR DELETE ON delegations_delegation
    FOR EACH ROW EXECUTE FUNCTION delegations_fige();
CREATE FUNCTION delegations_arrete_fige() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (to_jsonb(NEW) - '{publie_le,executoire_le,a_confirmer}'::text[])
            <> (to_jsonb(OLD) - '{publie_le,executoire_le,a_confirmer}'::text[])
        OR (OLD.executoire_le IS NOT NULL AND (NEW.publie_le, NEW.executoire_le) IS DISTINCT FROM (OLD.publie_le, OLD.executoire_le))
    THEN
        RAISE EXCEPTION 'Un arrêté de délégation inscrit au registre ne change plus.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER delegations_arrete_fige BEFORE UPDATE OR DELETE ON delegations_arrete
    FOR EACH ROW EXECUTE FUNCTION delegations_arrete_fige();
"""


class Migration(migrations.Migration):
    dependencies = [("delegations", "0001_initial")]
    operations = [
        migrations.RunSQL(
            UN_A_LA_FOIS, "ALTER TABLE delegations_delegation DROP CONSTRAINT delegation_un_plafond_a_la_fois"
        ),
        migrations.RunSQL(
            FIGE, "DROP FUNCTION delegations_fige CASCADE; DROP FUNCTION delegations_arrete_fige CASCADE"
        ),
    ]
