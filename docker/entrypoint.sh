#!/bin/sh
# web: pages · worker: due dates, expiry, publishing · indexer: the search engine
# migrate: change the database, only when told · manage …: any command
set -eu

case "${1:-web}" in
  web)
    exec gunicorn --config docker/gunicorn.conf.py config.wsgi:application
    ;;
  worker)
    exec python manage.py tick --loop
    ;;
  indexer)
    exec python manage.py index_pending --loop
    ;;
  migrate)
    exec python manage.py migrate --noinput
    ;;
  manage)
    shift
    exec python manage.py "$@"
    ;;
  *)
    echo "unknown command: $1 (web, worker, indexer, migrate, manage)" >&2
    exit 64
    ;;
esac
