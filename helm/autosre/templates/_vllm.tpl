{{- /* The engine's pod; .rank is the node's place in a cluster, 0 for the head and for a single node. */ -}}
{{- define "autosre.vllmPod" -}}
{{- $v := .root.Values.vllm -}}
{{- $c := .root.Values.cluster -}}
metadata:
  labels:
    {{- include "autosre.podLabels" (dict "root" .root "name" .name) | nindent 4 }}
    autosre/rank: {{ .rank | quote }}
  annotations:
    autosre/recipe: {{ .root.Values.recipe.key | quote }}
    autosre/model: {{ .root.Values.recipe.modelId | quote }}
    {{- if $v.preemption.enabled }}
    # Python reads it at its start only.
    checksum/preemption: {{ (.root.Files.Glob "files/*").AsConfig | sha256sum }}
    {{- end }}
spec:
  {{- with $v.runtimeClassName }}
  runtimeClassName: {{ . }}
  {{- end }}
  {{- if .root.Values.priorityClass.create }}
  priorityClassName: autosre-vllm
  {{- end }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ $v.terminationGracePeriodSeconds }}
  securityContext:
    {{- toYaml $v.podSecurityContext | nindent 4 }}
  {{- if $c.enabled }}
  hostNetwork: true
  dnsPolicy: ClusterFirstWithHostNet
  nodeSelector:
    kubernetes.io/hostname: {{ (index $c.nodes .rank).hostname | quote }}
    {{- with $v.nodeSelector }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- else }}
  {{- with $v.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
  {{- with $v.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: vllm
      image: {{ $v.image | quote }}
      imagePullPolicy: {{ $v.imagePullPolicy }}
      args:
        {{- range $v.args }}
        - {{ . | quote }}
        {{- end }}
        {{- if $c.enabled }}
        - "--nnodes={{ len $c.nodes }}"
        - "--node-rank={{ .rank }}"
        - "--master-addr={{ (index $c.nodes 0).ip }}"
        - "--master-port={{ $c.masterPort }}"
        {{- if .rank }}
        - "--headless"
        {{- end }}
        {{- end }}
      env:
        {{- range $v.env }}
        - name: {{ .name }}
          value: {{ .value | quote }}
        {{- end }}
        {{- range $v.secretEnv }}
        - name: {{ .name }}
          valueFrom:
            secretKeyRef:
              name: {{ .secret }}
              key: {{ .key }}
        {{- end }}
        {{- if eq $v.gpuMode "env" }}
        - name: NVIDIA_VISIBLE_DEVICES
          value: all
        {{- end }}
      {{- if not .rank }}
      {{- include "autosre.vllmProbes" .root | nindent 6 }}
      {{- end }}
      securityContext:
        {{- include "autosre.containerSecurity" .root | nindent 8 }}
        {{- if and $c.enabled $c.rdmaResource }}
          add: [IPC_LOCK]
        {{- end }}
      {{- include "autosre.vllmResources" .root | nindent 6 }}
      volumeMounts:
        - name: weights
          mountPath: /data/huggingface
          readOnly: true
        - name: cache
          mountPath: /cache
          {{- if and $v.cache.enabled (not .rank) }}
          subPath: {{ regexReplaceAll "[^A-Za-z0-9.-]+" $v.image "_" }}
          {{- end }}
        - name: shm
          mountPath: /dev/shm
        - name: tmp
          mountPath: /tmp
        {{- if $v.preemption.enabled }}
        {{- range $path, $_ := .root.Files.Glob "files/*" }}
        - name: preemption
          mountPath: {{ $v.preemption.siteDir }}/{{ base $path }}
          subPath: {{ base $path }}
          readOnly: true
        {{- end }}
        {{- end }}
        {{- with $v.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    - name: weights
      hostPath:
        path: {{ $v.weights.hostPath }}
        type: Directory
    - name: cache
      {{- if and $v.cache.enabled (not .rank) }}
      persistentVolumeClaim:
        claimName: autosre-vllm-cache
      {{- else }}
      emptyDir: {}
      {{- end }}
    - name: shm
      emptyDir:
        medium: Memory
        sizeLimit: {{ $v.sharedMemory }}
    - name: tmp
      emptyDir: {}
    {{- if $v.preemption.enabled }}
    - name: preemption
      configMap:
        name: autosre-vllm-preemption
    {{- end }}
    {{- with $v.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}

{{- /* The engine opens its port when all is loaded. /health stays 200 in a long prompt, so that a busy engine is
left alone; whether it really answers is for `autosre status` to ask. */ -}}
{{- define "autosre.vllmProbes" -}}
ports:
  - name: http
    containerPort: {{ .Values.vllm.port }}
startupProbe:
  httpGet: {path: /health, port: http}
  periodSeconds: {{ .Values.vllm.startup.periodSeconds }}
  timeoutSeconds: 5
  failureThreshold: {{ .Values.vllm.startup.failureThreshold }}
readinessProbe:
  httpGet: {path: /health, port: http}
  periodSeconds: 10
  timeoutSeconds: 5
livenessProbe:
  httpGet: {path: /health, port: http}
  periodSeconds: 15
  timeoutSeconds: 10
  failureThreshold: 6
lifecycle:
  preStop:
    # Until the proxies have heard that the pod is leaving.
    exec: {command: [sleep, "5"]}
{{- end }}

{{- define "autosre.vllmResources" -}}
{{- $nodes := 1 -}}
{{- $extra := dict -}}
{{- if .Values.cluster.enabled -}}
{{- $nodes = len .Values.cluster.nodes -}}
{{- if mod .Values.vllm.gpus $nodes -}}
{{- fail (printf "%d GPUs cannot be shared out evenly over %d nodes: change cluster.nodes, or the recipe's tensor_parallel" (int .Values.vllm.gpus) $nodes) -}}
{{- end -}}
{{- with .Values.cluster.rdmaResource }}{{ $_ := set $extra . 1 }}{{ end -}}
{{- end -}}
{{- if eq .Values.vllm.gpuMode "resource" }}{{ $_ := set $extra "nvidia.com/gpu" (div .Values.vllm.gpus $nodes) }}{{ end -}}
resources:
  requests:
    {{- toYaml (merge (dict) .Values.vllm.resources.requests $extra) | nindent 4 }}
  limits:
    {{- toYaml (merge (dict) .Values.vllm.resources.limits $extra) | nindent 4 }}
{{- end }}
