#!/usr/bin/env bash
# Starts a Kubernetes cluster of two nodes on this machine, in the background, and returns once both are ready. Everything
# lies in FOLDER, whose file `settings` names ports, tokens and networks: see ensure-kubernetes.mjs. `down.sh FOLDER` ends it.
#
#   up.sh FOLDER [ARCHIVE…]    the archives hold container images, for both nodes
set -euo pipefail
cd "$1"
shift
folder=$PWD
. ./settings
mkdir -p pki run log
# After so long nothing answers any more.
last_second=$((SECONDS + 240))

start() {
  local name=$1
  shift
  setsid nohup "$@" >"log/$name.log" 2>&1 </dev/null &
  echo $! >"run/$name.pid"
}

# Waits until a command succeeds, as long as the daemon that must answer lives, and no longer than a start may take.
await() {
  local name=$1
  shift
  until "$@" >/dev/null 2>&1; do
    kill -0 "$(cat "run/$name.pid")" 2>/dev/null || { echo "$name ended: $(tail -n 1 "log/$name.log")" >&2; exit 1; }
    [ "$SECONDS" -lt "$last_second" ] || { echo "$name does not answer: $(tail -n 1 "log/$name.log")" >&2; exit 1; }
    sleep 0.1
  done
}

certificates() {
  local curve="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
  openssl req -x509 $curve -days 3650 -keyout pki/ca.key -out pki/ca.crt -subj /CN=ca
  openssl req $curve -keyout pki/api.key -out pki/api.csr -subj /CN=kube-apiserver
  openssl x509 -req -in pki/api.csr -CA pki/ca.crt -CAkey pki/ca.key -CAcreateserial -days 3650 -out pki/api.crt \
    -extfile <(echo "subjectAltName=DNS:kubernetes.default.svc,DNS:localhost,IP:127.0.0.1,IP:$SERVICE_IP,IP:$IP")
  openssl genrsa -out pki/sa.key 2048
  openssl rsa -in pki/sa.key -pubout -out pki/sa.pub
}

users() {
  printf 'admin-%s,admin,1,"system:masters"\n' "$TOKEN" >pki/tokens.csv
  for node in n1 n2; do
    printf '%s-%s,system:node:%s,%s,"system:nodes"\n' $node "$TOKEN" $node $node >>pki/tokens.csv
  done
  for user in admin n1 n2; do
    cat >"$user.conf" <<END
{"apiVersion": "v1", "kind": "Config", "current-context": "test",
 "clusters": [{"name": "test", "cluster": {"server": "https://127.0.0.1:$API_PORT", "certificate-authority": "$folder/pki/ca.crt"}}],
 "users": [{"name": "$user", "user": {"token": "$user-$TOKEN"}}],
 "contexts": [{"name": "test", "context": {"cluster": "test", "user": "$user"}}]}
END
  done
}

# Version 1 of control groups starts a new cpuset empty.
control_groups() {
  local name=$1 controller
  for controller in /sys/fs/cgroup/*/; do
    if [ -f "$controller/cgroup.procs" ]; then mkdir -p "$controller/$name"; fi
  done
  if [ -d /sys/fs/cgroup/cpuset ]; then
    for file in cpuset.cpus cpuset.mems; do
      cat "/sys/fs/cgroup/cpuset/$file" >"/sys/fs/cgroup/cpuset/$name/$file"
    done
  fi
}

node() {
  local node=$1 number=$2 port=$3
  shift 3
  local own=$folder/$node name=$PREFIX$number
  mkdir -p "$own"/{cni,kubelet,pods}
  : >"$own/resolv.conf"
  control_groups "$name"
  cat >"$own/containerd.toml" <<END
version = 2
root = "$own/root"
state = "$own/state"
[grpc]
  address = "$own/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "docker.io/library/millrace-test:pause"
  disable_apparmor = true
  restrict_oom_score_adj = true
  cni = { bin_dir = "/usr/lib/cni", conf_dir = "$own/cni" }
END
  cat >"$own/cni/10.conflist" <<END
{"cniVersion": "0.4.0", "name": "pods", "plugins": [{"type": "bridge", "bridge": "$name", "isGateway": true, "hairpinMode": true,
 "ipam": {"type": "host-local", "ranges": [[{"subnet": "$POD_NETWORK.$number.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}], "dataDir": "$own/ipam"}}]}
END
  cat >"$own/kubelet.yaml" <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
failSwapOn: false
cgroupDriver: cgroupfs
cgroupRoot: /$name
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
containerRuntimeEndpoint: unix://$own/containerd.sock
resolvConf: $own/resolv.conf
address: "$IP"
port: $port
healthzPort: 0
evictionHard: {memory.available: "100Mi", nodefs.available: "1%", imagefs.available: "1%"}
imageGCHighThresholdPercent: 100
serializeImagePulls: false
makeIPTablesUtilChains: false
nodeStatusUpdateFrequency: 2s
nodeLeaseDurationSeconds: 4
podLogsDir: $own/pods
END
  start "containerd-$node" containerd -c "$own/containerd.toml"
  await "containerd-$node" ctr -a "$own/containerd.sock" version
  local archive
  for archive in "$@"; do ctr -a "$own/containerd.sock" -n k8s.io images import "$archive" >/dev/null; done
  cat >"kubelet-$node.sh" <<END
#!/bin/sh
# Also by which a test brings a node back.
cd "$folder" || exit 1
setsid nohup run/kubelet --config "$own/kubelet.yaml" --kubeconfig $node.conf --hostname-override $node --node-ip $IP \\
  --oom-score-adj 0 --root-dir "$own/kubelet" >>log/kubelet-$node.log 2>&1 </dev/null &
echo \$! >run/kubelet-$node.pid
END
  sh "kubelet-$node.sh"
}

both_ready() {
  [ "$(run/kubectl --kubeconfig admin.conf get nodes | grep -c ' Ready ')" = 2 ]
}

for program in etcd kube-apiserver kube-controller-manager kube-scheduler kubelet kubectl; do
  ln -sf "$KUBEALL" "run/$program"
done
# Keys and tokens; what the daemons make has to be read by users of pods.
umask 077
certificates 2>log/openssl.log
users
umask 022
start etcd run/etcd --data-dir "$folder/etcd" --listen-client-urls "http://127.0.0.1:$ETCD_PORT" \
  --advertise-client-urls "http://127.0.0.1:$ETCD_PORT" --listen-peer-urls "http://127.0.0.1:$PEER_PORT" \
  --initial-advertise-peer-urls "http://127.0.0.1:$PEER_PORT" --initial-cluster "default=http://127.0.0.1:$PEER_PORT" --unsafe-no-fsync
cat >api.sh <<END
#!/bin/sh
# Also by which a test starts it anew.
cd "$folder" || exit 1
setsid nohup run/kube-apiserver --etcd-servers http://127.0.0.1:$ETCD_PORT --secure-port $API_PORT --advertise-address $IP \\
  --tls-cert-file pki/api.crt --tls-private-key-file pki/api.key --token-auth-file pki/tokens.csv --authorization-mode Node,RBAC \\
  --service-cluster-ip-range $SERVICE_NETWORK --service-account-issuer https://kubernetes.default.svc \\
  --service-account-key-file pki/sa.pub --service-account-signing-key-file pki/sa.key --allow-privileged \\
  --kubelet-preferred-address-types InternalIP --enable-priority-and-fairness=false >>log/kube-apiserver.log 2>&1 </dev/null &
echo \$! >run/kube-apiserver.pid
END
sh api.sh
await kube-apiserver curl -sf -o /dev/null --cacert pki/ca.crt -H "Authorization: Bearer admin-$TOKEN" "https://127.0.0.1:$API_PORT/readyz"
start kube-controller-manager run/kube-controller-manager --kubeconfig admin.conf --service-account-private-key-file pki/sa.key \
  --root-ca-file pki/ca.crt --leader-elect=false --bind-address 127.0.0.1 --secure-port "$MANAGER_PORT" \
  --node-monitor-grace-period=6s --node-monitor-period=1s
start kube-scheduler run/kube-scheduler --kubeconfig admin.conf --authentication-kubeconfig admin.conf \
  --authorization-kubeconfig admin.conf --leader-elect=false --bind-address 127.0.0.1 --secure-port "$SCHEDULER_PORT"
node n1 1 "$KUBELET_PORT_1" "$@"
node n2 2 "$KUBELET_PORT_2" "$@"
await kubelet-n2 both_ready
# Pods reach each other, on whichever node; an engine of Docker's on this machine forwards nothing else.
iptables -w -I FORWARD -i "$PREFIX+" -o "$PREFIX+" -j ACCEPT
# In place of kube-proxy: how pods reach the API server.
for chain in PREROUTING OUTPUT; do
  iptables -w -t nat -A "$chain" -d "$SERVICE_IP/32" -p tcp --dport 443 -j DNAT --to-destination "$IP:$API_PORT"
done
