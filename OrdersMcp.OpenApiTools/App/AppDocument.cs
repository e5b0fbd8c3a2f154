using System.Text;

namespace OrdersMcp.OpenApiTools.App;

/// <summary>
/// The OpenAPI document of this app, from whichever library describes it: Microsoft.AspNetCore.OpenApi, Swashbuckle or NSwag.
/// All three register the service that build-time tools read documents with. Its type is internal to each of them, so that it
/// is found by its name.
/// </summary>
internal sealed class AppDocument(IServiceCollection registered, IServiceProvider services)
{
    private const string ProviderName = "Microsoft.Extensions.ApiDescriptions.IDocumentProvider";
    private const string Preferred = "v1"; // the default of all three

    /// <summary>Whether the app describes itself.</summary>
    public bool Exists => Provider is not null;

    private Type? Provider => registered.FirstOrDefault(service => service.ServiceType.FullName == ProviderName)?.ServiceType;

    /// <summary>Writes the document.</summary>
    /// <param name="name">Its name; null for <c>v1</c>, or the first if there is none of that name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The document in UTF-8, or null if there is none of that name.</returns>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(string? name, CancellationToken cancellationToken)
    {
        var type = Provider!;
        var provider = services.GetRequiredService(type);
        var names = ((IEnumerable<string>)type.GetMethod("GetDocumentNames", [])!.Invoke(provider, [])!).ToArray();
        var chosen = name is null ? names.Contains(Preferred, StringComparer.Ordinal) ? Preferred : names.FirstOrDefault()
            : Array.Find(names, each => string.Equals(each, name, StringComparison.OrdinalIgnoreCase));
        if (chosen is null)
        {
            return null;
        }

        await using var text = new StringWriter();
        var generate = type.GetMethod("GenerateAsync", [typeof(string), typeof(TextWriter)])!;
        await ((Task)generate.Invoke(provider, [chosen, text])!).WaitAsync(cancellationToken);
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
