namespace OrdersMcp.Bench;

/// <summary>A command line that cannot be followed; the message names the option and what to do.</summary>
internal sealed class OptionException(string message) : Exception(message);
