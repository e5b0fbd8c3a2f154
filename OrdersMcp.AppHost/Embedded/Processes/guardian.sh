#!/bin/sh
# Ends the children of a host that was killed. It reads lines from a pipe of which the host holds the other end:
#   watch PID SIGNAL   a child runs, and this signal stops it
#   forget PID         it has ended
# When the host ends, however it does, so does the pipe. $1 is the stack.json that would now be a lie.
exec >/dev/null 2>&1
trap '' HUP INT TERM
watched=
while read -r verb pid signal; do
  case $verb in
    watch) watched="$watched $pid:$signal" ;;
    forget)
      others=
      for entry in $watched; do
        [ "${entry%%:*}" = "$pid" ] || others="$others $entry"
      done
      watched=$others ;;
  esac
done
rm -f "$1"
for entry in $watched; do kill -s "${entry#*:}" "${entry%%:*}"; done
tries=0
while [ $tries -lt 50 ]; do
  alive=
  for entry in $watched; do
    kill -s 0 "${entry%%:*}" && alive=yes
  done
  [ "$alive" ] || break
  tries=$((tries + 1))
  sleep 0.1
done
for entry in $watched; do
  kill -s KILL -- "-${entry%%:*}"
  kill -s KILL "${entry%%:*}"
done
