using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OrdersMcp.Api.Serialization;

/// <summary>JSON as the API reads and writes it. Each feature adds the generated serializers of its own contracts.</summary>
internal static class JsonSetup
{
    public static void AddJson(this IServiceCollection services, IJsonTypeInfoResolver contracts) =>
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, contracts);

            // The web defaults also read numbers from strings, and the document would describe every number as integer or string.
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
}
