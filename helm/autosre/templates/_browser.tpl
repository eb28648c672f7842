{{- define "autosre.browserPod" -}}
{{- $b := .root.Values.browser -}}
metadata:
  labels:
    {{- include "autosre.podLabels" . | nindent 4 }}
spec:
  automountServiceAccountToken: false
  enableServiceLinks: false
  securityContext:
    runAsNonRoot: true
    runAsUser: 999
    runAsGroup: 999
    fsGroup: 999
    seccompProfile:
      type: RuntimeDefault
  {{- with $b.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $b.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: browser
      image: {{ $b.image | quote }}
      imagePullPolicy: {{ $b.imagePullPolicy }}
      env:
        - name: PORT
          value: {{ $b.port | quote }}
        - name: CONCURRENT
          value: {{ $b.sessions | quote }}
        - name: TIMEOUT
          value: {{ mul $b.sessionMinutes 60000 | quote }}
        - name: HOME
          value: /tmp
        - name: TOKEN
          valueFrom:
            secretKeyRef:
              name: {{ $b.tokenSecret }}
              key: token
      ports:
        - name: http
          containerPort: {{ $b.port }}
      # Its HTTP pages want the token; that it listens is enough.
      startupProbe:
        tcpSocket: {port: http}
        periodSeconds: 2
        failureThreshold: 60
      readinessProbe:
        tcpSocket: {port: http}
      livenessProbe:
        tcpSocket: {port: http}
        periodSeconds: 20
        failureThreshold: 6
      securityContext:
        {{- include "autosre.containerSecurity" .root | nindent 8 }}
      resources:
        {{- toYaml $b.resources | nindent 8 }}
      volumeMounts:
        - name: recordings
          mountPath: /recordings
        - name: tmp
          mountPath: /tmp
        - name: shm
          mountPath: /dev/shm
  volumes:
    - name: recordings
      {{- if $b.recordingHostPath }}
      hostPath:
        path: {{ $b.recordingHostPath }}
        type: DirectoryOrCreate
      {{- else }}
      emptyDir: {}
      {{- end }}
    - name: tmp
      emptyDir: {}
    # Chromium's pages die of the default, 64 MiB.
    - name: shm
      emptyDir:
        medium: Memory
        sizeLimit: 1Gi
{{- end }}
