using 'api.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'ordersmcp')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param image = readEnvironmentVariable('SERVICE_API_IMAGE_NAME', 'mcr.microsoft.com/dotnet/aspnet:10.0')
param database = {
  sku: readEnvironmentVariable('DATABASE_SKU', 'Standard_D2ds_v5')
  replicas: int(readEnvironmentVariable('API_MAX_REPLICAS', '6'))
}
param minReplicas = int(readEnvironmentVariable('API_MIN_REPLICAS', '2'))
param applicationInsights = bool(readEnvironmentVariable('APPLICATION_INSIGHTS', 'false'))
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')
