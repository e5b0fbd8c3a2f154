namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>A document is not usable OpenAPI; the message says where and why.</summary>
public sealed class ApiDocumentException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether the cause is a reference to another document, whose content is unknown.</summary>
    internal bool LeavesDocument { get; init; }
}
