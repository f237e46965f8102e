# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What ./check and ./demo share: packages, and a step that shows its output only when it
# fails. Sourced from the source root; sets nothing outside it.

if [ -t 1 ]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; else bold='' dim='' plain=''; fi

say() { printf '%s\n' "$*"; }
die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# packages_missing GROUP…: prints those of the list that are not installed.
packages_missing() {
	local group name want
	want=" $* "
	while read -r group name; do
		case $group in '#'* | '') continue ;; esac
		case $want in *" $group "*) ;; *) continue ;; esac
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || printf '%s\n' "$name"
	done <.ci/packages
}

# packages_install NAME…: by apt, as root or through sudo. No service is started by it:
# Debian's mosquitto package would otherwise open port 1883 on this machine. (A subshell: its
# EXIT trap takes the policy file away again, whatever happens.)
packages_install() (
	root=() policy=/usr/sbin/policy-rc.d ours=''
	if [ "$(id -u)" != 0 ]; then
		command -v sudo >/dev/null || die "missing, and neither root nor sudo is at hand: $*"
		root=(sudo)
	fi
	had_broker=$(dpkg-query -W -f '${db:Status-Status}' mosquitto 2>/dev/null || true)
	trap '[ -z "$ours" ] || "${root[@]}" rm -f $policy' EXIT
	trap 'exit 130' INT TERM
	if [ ! -e $policy ]; then
		ours=1
		printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee $policy >/dev/null
		"${root[@]}" chmod 755 $policy
	fi
	apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Retries=3 -o Dpkg::Use-Pty=0)
	# A dead third-party source must not stop us: the install itself says what is missing.
	"${apt[@]}" update </dev/null || true
	"${apt[@]}" -y --no-install-recommends install "$@" </dev/null || exit
	case " $* " in
	*' mosquitto '*)
		# Nobody asked for a system-wide broker at the next boot either.
		[ "$had_broker" = installed ] || ! [ -d /run/systemd/system ] ||
			"${root[@]}" systemctl disable mosquitto.service </dev/null
		;;
	esac
)

# A free loopback TCP port, by asking for one that refuses. The window between this and its
# use is small; who starts a server on it checks that it is up.
free_port() {
	local p
	for p in $(shuf -i 20000-45000 -n 50); do
		(exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null || {
			printf '%s\n' "$p"
			return 0
		}
	done
	return 1
}
