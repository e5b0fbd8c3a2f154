param location string
param tags object
param token string

@description('Whether to keep traces and metrics in Application Insights too.')
param withInsights bool

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: 'log-${token}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
    workspaceCapping: { dailyQuotaGb: 1 } // an error that repeats must not become a bill
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = if (withInsights) {
  name: 'appi-${token}'
  location: location
  tags: tags
  kind: 'web'
  properties: { Application_Type: 'web', WorkspaceResourceId: workspace.id }
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(workspace.id, 'ordersmcp')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'OrdersMcp'
    category: 'workbook'
    sourceId: workspace.id
    serializedData: loadTextContent('workbook.json')
  }
}

output workspaceId string = workspace.id
output workspaceName string = workspace.name
