using System.Diagnostics;

namespace OrdersMcp.Tests.Hosting;

/// <summary>The orders API as a process.</summary>
internal sealed class ApiProcess : ServiceProcess
{
    private ApiProcess(ProcessStartInfo start)
        : base(start, "Now listening on: ")
    {
    }

    public string Address { get; private set; } = "";

    public static async Task<ApiProcess> StartAsync(string connectionString, params (string Key, string Value)[] settings)
    {
        var api = new ApiProcess(StartInfo("OrdersMcp.Api",
        [
            ("ASPNETCORE_ENVIRONMENT", "Production"), ("ASPNETCORE_URLS", "http://127.0.0.1:0"),
            ("ConnectionStrings:ordersdb", connectionString), .. settings,
        ]));
        api.Address = await api.StartAsync();
        return api;
    }
}
