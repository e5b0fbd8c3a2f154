namespace OrdersMcp.McpServer.OpenApi;

/// <summary>A document that is not usable OpenAPI; the message says where and why.</summary>
public sealed class ApiDocumentException(string message, Exception? innerException = null) : Exception(message, innerException);
