#!/usr/bin/env bash
# Ends a cluster that `up.sh FOLDER` started, as far as it came, and removes what it left on this machine, FOLDER included.
set -u
cd "$1" || exit 0
folder=$PWD
. ./settings

# A pid may have become another's: only what was started from this folder is ours to end.
end() {
  local file pid
  for file in "$@"; do
    pid=$(cat "$file" 2>/dev/null) || continue
    if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qE "$folder|run/(kube|etcd)"; then kill -9 "$pid" 2>/dev/null; fi
  done
}

end run/kube*.pid run/argo.pid
for number in 1 2; do
  for procs in $(find /sys/fs/cgroup/pids/"$PREFIX$number" /sys/fs/cgroup/"$PREFIX$number" -name cgroup.procs 2>/dev/null); do
    while read -r pid; do kill -9 "$pid" 2>/dev/null; done <"$procs"
  done
done
sleep 0.3
for node in n1 n2; do
  for task in $(ctr -a "$folder/$node/containerd.sock" -n k8s.io tasks ls -q 2>/dev/null); do
    ctr -a "$folder/$node/containerd.sock" -n k8s.io tasks rm -f "$task" >/dev/null 2>&1
  done
done
end run/containerd*.pid run/etcd.pid
sleep 0.3
awk -v from="$folder/" 'index($2, from) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mount; do umount -l "$mount"; done
for number in 1 2; do
  ip link delete "$PREFIX$number" 2>/dev/null
  for group in /sys/fs/cgroup/*/"$PREFIX$number" /sys/fs/cgroup/"$PREFIX$number"; do
    if [ -d "$group" ]; then find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null; fi
  done
done
for chain in PREROUTING OUTPUT; do
  while iptables -w -t nat -D "$chain" -d "$SERVICE_IP/32" -p tcp --dport 443 -j DNAT --to-destination "$IP:$API_PORT" 2>/dev/null; do :; done
done
while iptables -w -D FORWARD -i "$PREFIX+" -o "$PREFIX+" -j ACCEPT 2>/dev/null; do :; done
cd / && rm -rf "$folder"
