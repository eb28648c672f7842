{{- define "autosre.labels" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/part-of: autosre
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- /* Without versions: another version of the chart alone must not restart a pod that takes minutes to load. */ -}}
{{- define "autosre.podLabels" -}}
{{ include "autosre.selector" . }}
app.kubernetes.io/part-of: autosre
{{- end }}

{{- define "autosre.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- define "autosre.image" -}}
{{ .Values.image.name }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- /* A pinned address spares a look-up, and at a cold boot names do not resolve yet. */ -}}
{{- define "autosre.upstream" -}}
http://{{ .Values.clusterIPs.vllm | default "autosre-vllm-local" }}:{{ .Values.vllm.port }}
{{- end }}

{{- define "autosre.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}
