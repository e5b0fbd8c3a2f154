using OrdersMcp.AppHost.Embedded;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>The whole system, up, whatever started it: the embedded host's processes, or Aspire's containers.</summary>
public interface IRunningStack : IAsyncDisposable
{
    /// <summary>Where everything is. The process ids are the embedded host's; under Aspire they say nothing.</summary>
    StackManifest Manifest { get; }

    /// <summary>What the host has written, for the message of a test that fails.</summary>
    string Output { get; }
}
