using System.Diagnostics;
using System.Net;
using System.Reflection;
using System.Text.Json.Nodes;
using OrdersMcp.ServiceDefaults.Authentication.ApiKeys;

namespace OrdersMcp.Tests.Security;

[Trait("Category", "Unit")]
public sealed class ApiKeyTests
{
    private static readonly ApiKey First = ApiKey.Create();
    private static readonly ApiKey Second = ApiKey.Create();

    [Fact]
    public async Task Several_keys_are_accepted_in_either_header()
    {
        await using var server = await GuardedServer.StartAsync(Settings());

        foreach (var key in new[] { First, Second })
        {
            using var own = await server.ListAsync(("X-API-Key", key.Text));
            Assert.Equal(HttpStatusCode.OK, own.StatusCode);
            Assert.Equal(HttpStatusCode.OK, await server.StatusWithAsync(key.Text));
        }
    }

    [Fact]
    public async Task Key_that_is_wrong_expired_or_missing_is_refused()
    {
        var expired = ApiKey.Create();
        await using var server = await GuardedServer.StartAsync(
        [
            .. Settings(),
            ("Authentication:ApiKeys:2:Name", "old"),
            ("Authentication:ApiKeys:2:Hash", Hash(expired)),
            ("Authentication:ApiKeys:2:Scopes:0", "orders.read"),
            ("Authentication:ApiKeys:2:Expires", "2020-01-01T00:00:00Z"),
        ]);

        foreach (var key in new[]
        {
            new ApiKey(First.Id, Second.Secret).Text, // the secret of another entry
            new ApiKey(First.Id, First.Secret[..^1] + (First.Secret[^1] == '0' ? '1' : '0')).Text,
            First.Text.ToUpperInvariant(),
            First.Text + "0",
            First.Text[..^1],
            Hash(First),
            $"omcp_{First.Id}_",
            expired.Text,
            "omcp_",
            new string('x', 8000),
        })
        {
            using var response = await server.ListAsync(("X-API-Key", key));
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }

        using var none = await server.ListAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, none.StatusCode);
        Assert.Equal("Bearer", none.Headers.WwwAuthenticate.Single().Scheme);
        Assert.DoesNotContain("resource_metadata", none.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_may_use_only_the_tools_in_its_list()
    {
        await using var server = await GuardedServer.StartAsync(
            [.. Settings(), ("Authentication:ApiKeys:0:Tools:0", "list_orders"), ("Authentication:ApiKeys:0:Scopes:1", "orders.write")]);
        var header = ("X-API-Key", First.Text);

        using var list = await server.ListAsync(header);
        using var listed = await server.CallAsync("list_orders", header);
        using var other = await server.CallAsync("create_order", header);

        Assert.Equal(["list_orders"], await GuardedServer.ToolNamesAsync(list));
        Assert.Equal(HttpStatusCode.OK, listed.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
        Assert.Empty(other.Headers.WwwAuthenticate); // no other scope would help
        Assert.Single(server.Api.Requests);
    }

    [Fact]
    public async Task Command_prints_a_key_once_and_its_settings_entry()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        var exitCode = await CreateApiKeyCommand.RunAsync(
            ["create-api-key", "--name", "reports", "--scopes", "orders.read orders.write", "--expires", "2099-01-31", "--tools", "list_orders", "--customer", "7"],
            output, error);

        Assert.Equal(0, exitCode);
        var text = output.ToString();
        Assert.Contains("appsettings.Production.json", text, StringComparison.Ordinal);
        Assert.Contains("Authentication__ApiKeys__0__Scopes__1='orders.write'", text, StringComparison.Ordinal);
        Assert.Contains("user-secrets --project OrdersMcp.AppHost set Parameters:api-key-hash", text, StringComparison.Ordinal);
        var key = ApiKey.Parse(text.Split('\n').Single(line => line.StartsWith("omcp_", StringComparison.Ordinal)).Trim())!;
        var entry = JsonNode.Parse(text[text.IndexOf('{')..])!["Authentication"]!["ApiKeys"]![0]!;
        Assert.True(KeyHash.Parse(entry["Hash"]!.GetValue<string>())!.IsOf(key.Secret));
        Assert.DoesNotContain(key.Secret, entry.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("reports", entry["Name"]!.GetValue<string>());
        Assert.Equal(2, entry["Scopes"]!.AsArray().Count);
        Assert.Equal("2099-01-31T00:00:00Z", entry["Expires"]!.GetValue<string>());
        Assert.Equal("list_orders", entry["Tools"]![0]!.GetValue<string>());
        Assert.Equal("7", entry["CustomerId"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("create-api-key")]
    [InlineData("create-api-key", "--name", "x")]
    [InlineData("create-api-key", "--name", "x", "--scopes")]
    [InlineData("create-api-key", "--name", "x", "--scopes", "a", "--expires", "soon")]
    [InlineData("create-api-key", "--name", "x", "--scopes", "a", "--colour", "red")]
    public async Task Invalid_command_shows_its_usage(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        Assert.Equal(2, await CreateApiKeyCommand.RunAsync(args, output, error));
        Assert.Contains("Usage: create-api-key", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(output.ToString());
    }

    [Fact]
    public void Each_hash_has_its_own_salt()
    {
        Assert.NotEqual(Hash(First), Hash(First));
        Assert.True(KeyHash.Parse(Hash(First))!.IsOf(First.Secret));
        Assert.False(KeyHash.Parse(Hash(First))!.IsOf(Second.Secret));
    }

    /// <summary>
    /// The server compares keyed digests of 32 bytes in constant time, and never compares parts of secrets. This test shows it
    /// from the outside: a secret that starts correctly takes as long as any other. The test uses the quick rounds of many
    /// interleaved rounds and the best of several measurements, because other load disturbs some of them, while a dependence
    /// would show in each. A comparison letter by letter would exceed the bound only where it dominates, so the test also
    /// asserts the structure.
    /// </summary>
    [Fact]
    public void Comparison_takes_the_same_time_for_a_partly_correct_secret()
    {
        var hash = KeyHash.Of(First.Id, First.Secret);
        var near = First.Secret[..^1] + (First.Secret[^1] == '0' ? '1' : '0');
        var far = (First.Secret[0] == '0' ? '1' : '0') + First.Secret[1..];
        Assert.Contains(Enumerable.Range(0, 10).Select(_ => Ratio(hash, near, far)), ratio => ratio is > 0.85 and < 1.18);
        Assert.Equal(32, hash.Digest.Length);
        Assert.Equal(32, KeyHash.Of(Second.Id, "x").Digest.Length);
        Assert.Contains(
            "FixedTimeEquals",
            CalledMethods(typeof(KeyHash).GetMethod(nameof(KeyHash.IsOf))!),
            StringComparer.Ordinal);
    }

    /// <summary>The difference between the two, by the lower quartiles.</summary>
    private static double Ratio(KeyHash hash, string near, string far)
    {
        var (nearTimes, farTimes) = (new List<long>(), new List<long>());
        for (var round = 0; round < 400; round++)
        {
            nearTimes.Add(Time(hash, near));
            farTimes.Add(Time(hash, far));
        }

        nearTimes.Sort();
        farTimes.Sort();
        return (double)nearTimes[100] / farTimes[100];
    }

    private static long Time(KeyHash hash, string secret)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < 50; i++)
        {
            hash.IsOf(secret);
        }

        return Stopwatch.GetTimestamp() - started;
    }

    private static IEnumerable<string> CalledMethods(MethodInfo method)
    {
        const byte Call = 0x28;
        var code = method.GetMethodBody()!.GetILAsByteArray()!;
        for (var i = 0; i + 4 < code.Length; i++)
        {
            if (code[i] == Call)
            {
                string? name = null;
                try
                {
                    name = method.Module.ResolveMethod(BitConverter.ToInt32(code, i + 1))?.Name;
                }
                catch (ArgumentException)
                {
                    // The same byte inside another instruction, and not a call.
                }

                if (name is not null)
                {
                    yield return name;
                }
            }
        }
    }

    private static (string Key, string Value)[] Settings() =>
    [
        ("environment", "Production"),
        ("Authentication:ApiKeys:0:Name", "first"),
        ("Authentication:ApiKeys:0:Hash", Hash(First)),
        ("Authentication:ApiKeys:0:Scopes:0", "orders.read"),
        ("Authentication:ApiKeys:1:Name", "second"),
        ("Authentication:ApiKeys:1:Hash", Hash(Second)),
        ("Authentication:ApiKeys:1:Scopes:0", "orders.read"),
    ];

    private static string Hash(ApiKey key) => KeyHash.Of(key.Id, key.Secret).Text;
}
