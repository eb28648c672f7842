{{- /* A pod of the program's own image: .name, .args, .port, .data (its log folder on the host, may be empty),
.token (a Secret, may be empty), .settings (nodeSelector, tolerations, resources). */ -}}
{{- define "autosre.programPod" -}}
metadata:
  labels:
    {{- include "autosre.podLabels" . | nindent 4 }}
spec:
  automountServiceAccountToken: false
  enableServiceLinks: false
  # Open answers may end: 30 s at most.
  terminationGracePeriodSeconds: 45
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    fsGroup: 65532
    seccompProfile:
      type: RuntimeDefault
  {{- with .settings.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .settings.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: {{ .name }}
      image: {{ include "autosre.image" .root | quote }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      args:
        {{- range .args }}
        - {{ . | quote }}
        {{- end }}
        {{- if .token }}
        - "--token-file=/secrets/token"
        {{- end }}
      env:
        - name: HOME
          value: /data
        - name: XDG_DATA_HOME
          value: /data
      ports:
        - name: http
          containerPort: {{ .port }}
      startupProbe:
        httpGet: {path: /health, port: http}
        periodSeconds: 1
        failureThreshold: 30
      readinessProbe:
        httpGet: {path: /health, port: http}
        periodSeconds: 10
        timeoutSeconds: 5
      livenessProbe:
        httpGet: {path: /health, port: http}
        periodSeconds: 15
        timeoutSeconds: 5
        failureThreshold: 4
      securityContext:
        {{- include "autosre.containerSecurity" .root | nindent 8 }}
      resources:
        {{- toYaml .settings.resources | nindent 8 }}
      volumeMounts:
        - name: data
          mountPath: /data
        - name: tmp
          mountPath: /tmp
        {{- if .token }}
        - name: token
          mountPath: /secrets
          readOnly: true
        {{- end }}
  volumes:
    - name: data
      {{- if .data }}
      hostPath:
        path: {{ .data }}
        type: DirectoryOrCreate
      {{- else }}
      emptyDir: {}
      {{- end }}
    - name: tmp
      emptyDir: {}
    {{- if .token }}
    - name: token
      secret:
        secretName: {{ .token }}
        defaultMode: 0440
    {{- end }}
{{- end }}

{{- /* .name .port .ip */ -}}
{{- define "autosre.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
  labels:
    {{- include "autosre.labels" . | nindent 4 }}
spec:
  type: ClusterIP
  {{- with .ip }}
  clusterIP: {{ . }}
  {{- end }}
  selector:
    {{- include "autosre.selector" . | nindent 4 }}
  ports:
    - name: http
      port: {{ .port }}
      targetPort: http
{{- end }}

{{- /* .name .replicas .strategy .deadline; .pod is the template's text. */ -}}
{{- define "autosre.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .name }}
  labels:
    {{- include "autosre.labels" . | nindent 4 }}
spec:
  replicas: {{ .replicas }}
  revisionHistoryLimit: 3
  progressDeadlineSeconds: {{ .deadline }}
  strategy:
    type: {{ .strategy }}
  selector:
    matchLabels:
      {{- include "autosre.selector" . | nindent 6 }}
  template:
    {{- .pod | nindent 4 }}
{{- end }}
