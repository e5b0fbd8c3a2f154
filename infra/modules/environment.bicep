param location string
param tags object
param token string
param subnetId string
param workspaceName string
param withInsights bool
param zoneRedundant bool

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' existing = { name: workspaceName }
resource insights 'Microsoft.Insights/components@2020-02-02' existing = { name: 'appi-${token}' }

resource environment 'Microsoft.App/managedEnvironments@2026-07-01' = {
  name: 'cae-${token}'
  location: location
  tags: tags
  properties: {
    zoneRedundant: zoneRedundant
    vnetConfiguration: { infrastructureSubnetId: subnetId, internal: false }
    workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }]
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: workspace.properties.customerId
        sharedKey: workspace.listKeys().primarySharedKey
      }
    }
    // The agent takes OTLP from the services. It forwards no metrics to Application Insights: the services export those.
    appInsightsConfiguration: withInsights ? { connectionString: insights!.properties.ConnectionString } : null
    openTelemetryConfiguration: withInsights
      ? {
          tracesConfiguration: { destinations: ['appInsights'] }
          logsConfiguration: { destinations: ['appInsights'] }
        }
      : null
    peerTrafficConfiguration: { encryption: { enabled: true } }
  }

  resource dashboard 'dotNetComponents' = {
    name: 'aspire-dashboard'
    properties: { componentType: 'AspireDashboard' }
  }
}

output id string = environment.id
output domain string = environment.properties.defaultDomain
