using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Npgsql;
using OrdersMcp.Api.Data.Setup;

namespace OrdersMcp.Tests.Api;

/// <summary>Runs the command <c>grant-access</c> in this process, and inspects the result.</summary>
internal static class GrantAccess
{
    public static readonly IHostEnvironment Production = In("Production");

    public static HostingEnvironment In(string environment) => new() { EnvironmentName = environment };

    public static IConfiguration Settings(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();

    /// <summary>Returns the exit code and the errors.</summary>
    public static async Task<(int ExitCode, string Error)> RunAsync(IConfiguration settings, IHostEnvironment? environment = null)
    {
        using var error = new StringWriter();
        var exitCode = await GrantAccessCommand.RunAsync(
            settings, environment ?? Production, TextWriter.Null, error, TestContext.Current.CancellationToken);
        return (exitCode, error.ToString());
    }

    public static async Task<object?> ScalarAsync(this NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        return await reader.ReadAsync(TestContext.Current.CancellationToken) ? reader.GetValue(0) : null;
    }
}
