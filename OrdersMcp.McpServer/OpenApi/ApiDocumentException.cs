namespace OrdersMcp.McpServer.OpenApi;

/// <summary>A document that is not usable OpenAPI; the message says where and why.</summary>
public sealed class ApiDocumentException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether the cause is a reference to another document, which may say what nobody here knows.</summary>
    internal bool LeavesDocument { get; init; }
}
