using System.Text.Json;
using OrdersMcp.Bench.Load;

const double LongestSeconds = 600;

var plan = JsonSerializer.Deserialize<LoadPlan>(Console.OpenStandardInput(), JsonSerializerOptions.Web)
    ?? throw new InvalidDataException("There is no plan on the standard input.");
if (plan.Seconds + plan.WarmUpSeconds > LongestSeconds || plan.Connections is < 1 or > 4096 || plan.Requests.Count == 0)
{
    throw new InvalidDataException($"A plan has at most {LongestSeconds} s, 1 to 4096 connections, and a request.");
}

using var run = new LoadRun(plan);
Console.WriteLine(JsonSerializer.Serialize(await run.RunAsync(), JsonSerializerOptions.Web));
