import { userConnections } from '../shared.bicep'

param location string
param tags object
param workspaceId string
param databaseId string
param databaseSku string

@description('Who is told; nobody if it is empty, and alerts are in the portal only.')
param email string

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: 'orders-operators'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'orders'
    enabled: true
    emailReceivers: [{ name: 'operators', emailAddress: email, useCommonAlertSchema: true }]
  }
}

var databaseAlerts = [
  {
    name: 'database-connections'
    metric: 'active_connections'
    description: 'Four fifths of the connections are in use. Beyond all of them, requests get 503.'
    threshold: userConnections[databaseSku] * 4 / 5
  }
  {
    name: 'database-disk'
    metric: 'storage_percent'
    description: 'The disk of the database is almost full. It grows by itself, but never shrinks again.'
    threshold: 80
  }
]

resource database 'Microsoft.Insights/metricAlerts@2026-01-01' = [
  for alert in databaseAlerts: {
    name: alert.name
    location: 'global'
    tags: tags
    properties: {
      description: alert.description
      severity: 2
      enabled: true
      scopes: [databaseId]
      evaluationFrequency: 'PT1M'
      windowSize: 'PT5M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: alert.metric
            metricName: alert.metric
            timeAggregation: 'Average'
            operator: 'GreaterThan'
            threshold: alert.threshold
          }
        ]
      }
      actions: empty(email) ? [] : [{ actionGroupId: people.id }]
    }
  }
]

// The messages are those of AuditTrail and AuditShipper in OrdersMcp.McpServer; a test compares them.
resource audit 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'audit-lost'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Records of tool calls are lost'
    severity: 1
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    skipQueryValidation: true // the table exists only after the first line of a log
    criteria: {
      allOf: [
        {
          query: 'ContainerAppConsoleLogs_CL | where ContainerAppName_s == "mcp" | where Log_s has "Records of tool calls are being lost" or Log_s has "refused a record of a tool call"'
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: { actionGroups: empty(email) ? [] : [people.id] }
  }
}
