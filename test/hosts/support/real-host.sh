#!/bin/sh
# One real host in mount, process and name namespaces of its own: real-host.sh <kind> <folder> <name> <user> <address> <port> <tries>
# The first line of standard input is the user's password; the host ends when standard input ends. Run by unshare as root.
# Users, logs and run-time files are the namespace's: a copy of /etc lies over the machine's, and nothing else is changed.
set -eu
kind=$1 folder=$2 name=$3 user=$4 address=$5 port=$6 tries=$7
IFS= read -r password

hostname "$name"
cp -a /etc "$folder/etc"
mount --bind "$folder/etc" /etc
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/log
mount -t tmpfs tmpfs /var/tmp
printf '%s\n' "$name" >/etc/hostname
mkdir -p /run/sshd /run/frr /run/bird "$folder/home"

# Routing daemons get a network of their own, so that they cannot touch the machine's routes.
routing() { unshare --net "$@"; }

case $kind in
linux | dropbear)
  shell=/bin/bash groups=users
  ;;
frr)
  shell=/usr/bin/vtysh groups=frr,frrvty
  chown frr:frr /run/frr
  install -o frr -g frr -m 640 "$folder/router.conf" /etc/frr/frr.conf
  printf 'service integrated-vtysh-config\n' >/etc/frr/vtysh.conf
  for daemon in zebra bgpd staticd; do
    routing "/usr/lib/frr/$daemon" -d -u frr -g frr --log "file:$folder/$daemon.log" >>"$folder/log.start" 2>&1
  done
  vtysh -b >>"$folder/log.start" 2>&1
  ;;
bird)
  shell=/usr/sbin/birdc groups=bird
  chown bird:bird /run/bird
  install -o bird -g bird -m 640 "$folder/router.conf" /etc/bird/bird.conf
  routing bird -u bird -g bird >>"$folder/log.start" 2>&1
  ;;
esac

grep -qx "$shell" /etc/shells || printf '%s\n' "$shell" >>/etc/shells
useradd --no-create-home --home-dir "$folder/home" --shell "$shell" --groups "$groups" "$user"
printf '%s:%s\n' "$user" "$password" | chpasswd --crypt-method SHA512
chown "$user" "$folder/home"

if [ "$kind" = dropbear ]; then
  mkdir -p "$folder/home/.ssh"
  install -o "$user" -m 600 "$folder/authorized_keys" "$folder/home/.ssh/authorized_keys"
  chown "$user" "$folder/home/.ssh"
  dropbear -F -E -r "$folder/host-key" -p "$address:$port" 2>"$folder/log" &
else
  install -m 644 "$folder/authorized_keys" /etc/ssh/authorized_keys
  # Without pam_unix's two seconds after a wrong password.
  printf 'auth required pam_unix.so nodelay\naccount required pam_unix.so\nsession required pam_permit.so\n' >/etc/pam.d/sshd
  cat >/etc/ssh/sshd_config <<CONFIG
Port $port
ListenAddress $address
HostKey $folder/host-key
PidFile none
AllowUsers $user
AuthorizedKeysFile /etc/ssh/authorized_keys
UsePAM yes
PasswordAuthentication yes
KbdInteractiveAuthentication yes
PermitRootLogin no
UseDNS no
PrintMotd no
PrintLastLog no
MaxStartups 100
MaxAuthTries $tries
LogLevel VERBOSE
CONFIG
  "$(command -v sshd)" -D -E "$folder/log" &
fi

echo ready
while read -r _; do :; done
