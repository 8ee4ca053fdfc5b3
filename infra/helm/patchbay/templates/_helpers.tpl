{{- define "patchbay.name" -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name .Chart.Name) (contains .Chart.Name .Release.Name) | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{/* What selects pods: never changes between versions. Takes (dict "root" $ "component" "api"). */}}
{{- define "patchbay.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "patchbay.labels" -}}
{{ include "patchbay.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{/* Takes (dict "root" $ "image" "worker-cpu"). */}}
{{- define "patchbay.image" -}}
{{- $registry := required "image.registry is not set: the registry and folder that hold the images, for instance registry.example.com/patchbay" .root.Values.image.registry -}}
{{ printf "%s/%s:%s" $registry .image (.root.Values.image.tag | default .root.Chart.AppVersion) }}
{{- end }}

{{/* The environment that API and workers share. Passwords and keys come from secrets only. */}}
{{- define "patchbay.environment" -}}
- name: DATABASE_URL
  valueFrom:
    secretKeyRef:
      name: {{ required "database.existingSecret is not set: a secret with the address of Postgres" .Values.database.existingSecret }}
      key: {{ .Values.database.key }}
- name: TEMPORAL_ADDRESS
  value: {{ required "temporal.address is not set: host:port of your Temporal" .Values.temporal.address | quote }}
- name: TEMPORAL_NAMESPACE
  value: {{ .Values.temporal.namespace | quote }}
- name: TEMPORAL_TLS
  value: {{ or .Values.temporal.tls (ne .Values.temporal.apiKey.existingSecret "") | quote }}
{{- with .Values.temporal.apiKey }}
{{- if .existingSecret }}
- name: TEMPORAL_API_KEY
  valueFrom:
    secretKeyRef: { name: {{ .existingSecret }}, key: {{ .key }} }
{{- end }}
{{- end }}
{{- if .Values.temporal.clientCertificate.existingSecret }}
- name: TEMPORAL_TLS_CERT
  value: /etc/patchbay/temporal/tls.crt
- name: TEMPORAL_TLS_KEY
  value: /etc/patchbay/temporal/tls.key
{{- end }}
- name: ARTIFACTS_URL
  value: {{ required "artifacts.url is not set: s3://bucket/prefix, since pods share no folder" .Values.artifacts.url | quote }}
{{- with .Values.artifacts.region }}
- name: AWS_REGION
  value: {{ . | quote }}
{{- end }}
{{- with .Values.artifacts.endpoint }}
- name: AWS_ENDPOINT_URL
  value: {{ . | quote }}
{{- end }}
{{- with .Values.artifacts.existingSecret }}
- name: AWS_ACCESS_KEY_ID
  valueFrom:
    secretKeyRef: { name: {{ . }}, key: AWS_ACCESS_KEY_ID }
- name: AWS_SECRET_ACCESS_KEY
  valueFrom:
    secretKeyRef: { name: {{ . }}, key: AWS_SECRET_ACCESS_KEY }
{{- end }}
{{- end }}

{{/* What every pod may not do. */}}
{{- define "patchbay.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "patchbay.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "patchbay.mounts" -}}
- { name: scratch, mountPath: /var/lib/patchbay }
- { name: tmp, mountPath: /tmp }
{{- if .Values.temporal.clientCertificate.existingSecret }}
- { name: temporal-certificate, mountPath: /etc/patchbay/temporal, readOnly: true }
{{- end }}
{{- end }}

{{/* Takes (dict "root" $ "scratch" .scratch). */}}
{{- define "patchbay.volumes" -}}
- name: scratch
  emptyDir:
    sizeLimit: {{ .scratch.sizeLimit }}
- name: tmp
  emptyDir:
    sizeLimit: 1Gi
{{- with .root.Values.temporal.clientCertificate.existingSecret }}
- name: temporal-certificate
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- end }}

{{/* The API answers to its own name only, so probes say it. Takes (dict "root" $ "path" "/v1/live"). */}}
{{- define "patchbay.apiProbe" -}}
httpGet:
  path: {{ .path }}
  port: http
  httpHeaders: [{ name: Host, value: "localhost:{{ .root.Values.api.port }}" }]
{{- end }}
