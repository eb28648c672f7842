{{- /* Who may ask a proxy, and that it asks the engine only. */ -}}
{{- define "autosre.proxyPolicy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ .name }}
  labels:
    {{- include "autosre.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "autosre.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - podSelector:
            matchLabels:
              {{- include "autosre.selector" (dict "root" .root "name" "autosre-web") | nindent 14 }}
        {{- range .root.Values.networkPolicy.allowedCIDRs }}
        - ipBlock: {cidr: {{ . | quote }}}
        {{- end }}
      ports:
        - port: http
  egress:
    - to:
        {{- if .root.Values.cluster.enabled }}
        {{- /* A pod on the node's own network has the node's address. */}}
        - ipBlock: {cidr: "{{ (index .root.Values.cluster.nodes 0).ip }}/32"}
        {{- end }}
        - podSelector:
            matchLabels:
              {{- include "autosre.selector" (dict "root" .root "name" "autosre-vllm-local") | nindent 14 }}
      ports:
        - port: {{ .root.Values.vllm.port }}
    {{- if not .root.Values.clusterIPs.vllm }}
    {{- include "autosre.dnsEgress" . | nindent 4 }}
    {{- end }}
{{- end }}

{{- define "autosre.dnsEgress" -}}
- to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: kube-system
      podSelector:
        matchLabels:
          k8s-app: kube-dns
  ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
{{- end }}
