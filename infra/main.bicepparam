using 'main.bicep'

// azd provides the first four and its environment the others: `azd env set DATABASE_SKU Standard_B2s`.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'ordersmcp')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param deployer = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param apiImage = readEnvironmentVariable('SERVICE_API_IMAGE_NAME', 'mcr.microsoft.com/dotnet/aspnet:10.0')

param databaseSku = readEnvironmentVariable('DATABASE_SKU', 'Standard_D2ds_v5')
param databaseStorageGB = int(readEnvironmentVariable('DATABASE_STORAGE_GB', '64'))
param zoneRedundant = bool(readEnvironmentVariable('ZONE_REDUNDANT', 'false'))
param backupRetentionDays = int(readEnvironmentVariable('BACKUP_RETENTION_DAYS', '14'))
param geoRedundantBackup = bool(readEnvironmentVariable('GEO_REDUNDANT_BACKUP', 'false'))
param databaseLock = bool(readEnvironmentVariable('DATABASE_LOCK', 'true'))
param applicationInsights = bool(readEnvironmentVariable('APPLICATION_INSIGHTS', 'false'))
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')
