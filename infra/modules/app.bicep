// A service: a container app with probes, scale rules and an alert.
import { port } from '../shared.bicep'

param location string
param tags object
param token string
param name string
param image string
param identityId string
param external bool
param minReplicas int
param maxReplicas int

@description('How many simultaneous requests one replica answers before another is added.')
param concurrentRequests int

@description('The hosts that the service answers to, besides the probes.')
param allowedHosts string

param secrets { name: string, keyVaultUrl: string, setting: string }[]
param env { name: string, value: string }[]
param volumes { name: string, path: string }[] = []
param customDomain { name: string, certificateId: string }?
param withInsights bool

@description('Whether there is somebody to tell of alerts.')
param withOperators bool

@description('How long a replica that is told to stop answers new requests, until no proxy sends it any.')
param drainSeconds int = 15

resource environment 'Microsoft.App/managedEnvironments@2026-07-01' existing = { name: 'cae-${token}' }
resource registry 'Microsoft.ContainerRegistry/registries@2025-04-01' existing = { name: 'crorders${token}' }
resource insights 'Microsoft.Insights/components@2020-02-02' existing = { name: 'appi-${token}' }
resource people 'Microsoft.Insights/actionGroups@2023-01-01' existing = { name: 'orders-operators' }

// A secret's name contains its version, so that a new version is a new revision, which starts beside the old one.
var versioned = [for secret in secrets: { ...secret, name: '${secret.name}-${uniqueString(secret.keyVaultUrl)}' }]

// A probe calls the address of the replica, which is no allowed host: it says that it means this machine.
var probeHeaders = [{ name: 'Host', value: 'localhost' }]

resource app 'Microsoft.App/containerApps@2026-07-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': name }) // azd finds the service by it
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    environmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single' // the old revision serves until the new one is ready
      maxInactiveRevisions: 3
      ingress: {
        external: external
        targetPort: port
        transport: 'auto'
        allowInsecure: false
        traffic: [{ latestRevision: true, weight: 100 }]
        customDomains: customDomain == null
          ? []
          : [
              empty(customDomain!.certificateId)
                ? { name: customDomain!.name, bindingType: 'Disabled' }
                : { name: customDomain!.name, bindingType: 'SniEnabled', certificateId: customDomain!.certificateId }
            ]
      }
      registries: [{ server: registry.properties.loginServer, identity: identityId }]
      secrets: [
        for secret in versioned: { name: secret.name, keyVaultUrl: secret.keyVaultUrl, identity: identityId }
      ]
    }
    template: {
      terminationGracePeriodSeconds: drainSeconds + 35 // the host waits 30 s for running requests
      containers: [
        {
          name: name
          image: image
          resources: { cpu: json('0.5'), memory: '1Gi' }
          env: concat(
            [
              { name: 'HTTP_PORTS', value: string(port) }
              { name: 'OTEL_SERVICE_NAME', value: name }
              { name: 'AllowedHosts', value: '${allowedHosts};localhost' }
              { name: 'Shutdown__DrainSeconds', value: string(drainSeconds) }
              // Only the ingress reaches the service, so its X-Forwarded-* headers are true.
              { name: 'ASPNETCORE_FORWARDEDHEADERS_ENABLED', value: 'true' }
            ],
            env,
            map(versioned, secret => { name: secret.setting, secretRef: secret.name }),
            withInsights
              ? [{ name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insights!.properties.ConnectionString }]
              : []
          )
          probes: [
            {
              type: 'Startup'
              httpGet: { path: '/alive', port: port, httpHeaders: probeHeaders }
              periodSeconds: 2
              timeoutSeconds: 2
              failureThreshold: 60
            }
            {
              type: 'Readiness'
              httpGet: { path: '/health', port: port, httpHeaders: probeHeaders }
              periodSeconds: 5
              timeoutSeconds: 3
              failureThreshold: 2 // within the time that a stopping replica still answers
            }
            {
              type: 'Liveness'
              httpGet: { path: '/alive', port: port, httpHeaders: probeHeaders }
              periodSeconds: 15
              timeoutSeconds: 5
              failureThreshold: 4
            }
          ]
          volumeMounts: [for volume in volumes: { volumeName: volume.name, mountPath: volume.path }]
        }
      ]
      volumes: [for volume in volumes: { name: volume.name, storageType: 'EmptyDir' }]
      scale: {
        minReplicas: minReplicas
        maxReplicas: maxReplicas
        rules: [{ name: 'requests', http: { metadata: { concurrentRequests: string(concurrentRequests) } } }]
      }
    }
  }
}

resource failures 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: '${name}-failures'
  location: 'global'
  tags: tags
  properties: {
    description: 'The service answers with 5xx.'
    severity: 2
    enabled: true
    scopes: [app.id]
    evaluationFrequency: 'PT1M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: '5xx'
          metricName: 'Requests'
          dimensions: [{ name: 'statusCodeCategory', operator: 'Include', values: ['5xx'] }]
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 10
        }
      ]
    }
    actions: withOperators ? [{ actionGroupId: people!.id }] : []
  }
}
