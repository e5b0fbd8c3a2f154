using 'mcp.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'ordersmcp')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param image = readEnvironmentVariable('SERVICE_MCP_IMAGE_NAME', 'mcr.microsoft.com/dotnet/aspnet:10.0')
param minReplicas = int(readEnvironmentVariable('MCP_MIN_REPLICAS', '2'))
param maxReplicas = int(readEnvironmentVariable('MCP_MAX_REPLICAS', '10'))
param applicationInsights = bool(readEnvironmentVariable('APPLICATION_INSIGHTS', 'false'))
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')

param oauthIssuer = readEnvironmentVariable('OAUTH_ISSUER', '')
param oauthAudience = readEnvironmentVariable('OAUTH_AUDIENCE', '')
param apiKeyHash = readEnvironmentVariable('API_KEY_HASH', '')
param apiKeyScopes = readEnvironmentVariable('API_KEY_SCOPES', 'orders.read')
param sharedLimits = bool(readEnvironmentVariable('SHARED_LIMITS', 'false'))
param hostName = readEnvironmentVariable('MCP_HOST_NAME', '')
param certificateId = readEnvironmentVariable('MCP_CERTIFICATE_ID', '')
