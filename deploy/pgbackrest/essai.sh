#!/bin/bash
# Répétition générale : un cluster neuf de la machine, archivé par pgBackRest, détruit, puis remis à une seconde près.
# À lancer en root sur Debian (paquets postgresql et pgbackrest). Tout se passe dans un dossier de /tmp, effacé à la fin.
# Affiche les mesures ; avec un nom de fichier en argument, les y écrit entre les marques <!-- pgbackrest -->.
set -euo pipefail
binaires=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
ici=$(cd "$(dirname "$0")/../.." && pwd)
dossier=$(mktemp -d /tmp/pgbackrest-essai.XXXXXX)
port=${PORT_ESSAI:-54330}
chown postgres: "$dossier"
pg() { (cd "$dossier" && runuser -u postgres -- "$@"); }
sql() { pg psql -X -qAt -h "$dossier" -p "$port" -d "${2:-buridan}" -c "$1"; }
rest() { pg pgbackrest --config="$dossier/pgbackrest.conf" --stanza=buridan --log-level-console=warn "$@"; }
fin() { pg "$binaires/pg_ctl" -D "$dossier/pg" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$dossier"; }
trap fin EXIT
mesure() { local avant; avant=$(date +%s.%N); "$@" >/dev/null; echo "$(date +%s.%N) - $avant" | bc | sed 's/^\./0./' | cut -c1-5; }

cat >"$dossier/pgbackrest.conf" <<FIN
[global]
repo1-path=$dossier/depot
repo1-retention-full=2
repo1-bundle=y
compress-type=zst
start-fast=y
log-path=$dossier
lock-path=$dossier/verrou
[buridan]
pg1-path=$dossier/pg
pg1-port=$port
pg1-socket-path=$dossier
FIN
pg "$binaires/initdb" -k -A trust -D "$dossier/pg" >/dev/null
cat >>"$dossier/pg/postgresql.conf" <<FIN
port = $port
listen_addresses = ''
unix_socket_directories = '$dossier'
archive_mode = on
archive_command = 'pgbackrest --config=$dossier/pgbackrest.conf --stanza=buridan archive-push %p'
archive_timeout = 60
FIN
pg "$binaires/pg_ctl" -D "$dossier/pg" -l "$dossier/pg.log" -w start >/dev/null
sql "CREATE DATABASE buridan" postgres
export DATABASE_URL="postgresql://postgres@/buridan?host=$dossier&port=$port" BURIDAN_DEMO=oui BURIDAN_DONNEES="$dossier/donnees"
(cd "$ici" && .venv/bin/python manage.py migrate -v0 && .venv/bin/python manage.py createcachetable \
    && .venv/bin/python -m buridan load "${BURIDAN_PRESET:-exemple}" >/dev/null && .venv/bin/python -m buridan demo --size "${DEMANDES:-100}" >/dev/null)
rest stanza-create
rest check
complete=$(mesure rest backup --type=full)
incrementale=$(mesure rest backup --type=incr)
# Writes after the last backup: they exist only in the archived WAL.
(cd "$ici" && .venv/bin/python -m buridan demo --size 20 >/dev/null)
avant=$(sql "SELECT count(*), md5(string_agg(uuid::text, ',' ORDER BY uuid)) FROM dossiers_dossier")
instant=$(sql "SELECT clock_timestamp()")
sleep 1
sql "DROP TABLE demandes_demande CASCADE" # the mistake to undo
sql "SELECT pg_switch_wal()" >/dev/null
sql "SELECT 1" >/dev/null
sleep 2
pg "$binaires/pg_ctl" -D "$dossier/pg" -m immediate stop >/dev/null
rm -rf "$dossier/pg"
restauration=$(mesure rest restore --type=time --target="$instant" --target-action=promote)
debut=$(date +%s.%N)
pg "$binaires/pg_ctl" -D "$dossier/pg" -l "$dossier/pg.log" -w start >/dev/null
until [ "$(sql 'SELECT pg_is_in_recovery()')" = f ]; do sleep 0.2; done
rejeu=$(echo "$(date +%s.%N) - $debut" | bc | sed 's/^\./0./' | cut -c1-5)
apres=$(sql "SELECT count(*), md5(string_agg(uuid::text, ',' ORDER BY uuid)) FROM dossiers_dossier")
[ "$avant" = "$apres" ] || { echo "ÉCART : $avant / $apres"; exit 1; }
sql "SELECT count(*) FROM demandes_demande" >/dev/null
(cd "$ici" && .venv/bin/python -m buridan journal verify && .venv/bin/python -m buridan check)
taille=$(sql "SELECT pg_size_pretty(pg_database_size('buridan'))")
depot=$(du -sh "$dossier/depot" | cut -f1)
resultat=$(cat <<FIN
| mesure | valeur |
|---|---|
| version | $("$binaires/postgres" --version | cut -d' ' -f3), $(pgbackrest version) |
| base | $taille, ${avant%%|*} dossiers |
| sauvegarde complète | $complete s |
| sauvegarde incrémentale | $incrementale s |
| dépôt (sauvegardes et archives) | $depot |
| remise des fichiers | $restauration s |
| rejeu jusqu'à l'instant demandé, base ouverte | $rejeu s |
| écrits postérieurs à la dernière sauvegarde, retrouvés | tous (même liste de dossiers, journal intact) |
FIN
)
echo "$resultat"
if [ -n "${1:-}" ]; then
    python3 - "$1" "$resultat" <<'PY'
import re, sys
from pathlib import Path
chemin = Path(sys.argv[1])
marque = "<!-- pgbackrest -->"
avant, _milieu, apres = chemin.read_text().split(marque)
chemin.write_text(f"{avant}{marque}\n{sys.argv[2]}\n{marque}{apres}")
PY
fi
