using BenchmarkDotNet.Attributes;
using OrdersMcp.Api.Http.Paging;

namespace OrdersMcp.MicroBench;

/// <summary>The cursor of a page.</summary>
public class CursorBenchmarks
{
    private readonly Cursor _cursor = new(0x1234ABCD, "638927568000000000.1000000");
    private readonly byte[] _key = new byte[32];
    private string _text = "";

    [GlobalSetup]
    public void SetUp() => _text = _cursor.ToText(_key);

    [Benchmark(Description = "cursor written")]
    public string Write() => _cursor.ToText(_key);

    [Benchmark(Description = "cursor read")]
    public bool Read() => Cursor.TryParse(_text, _key, out _);

    [Benchmark(Description = "fingerprint of a list")]
    public uint Fingerprint() => Cursor.Fingerprint("orders", null, 1234L, "LAP-14", null, null, null, null, null, false);
}
