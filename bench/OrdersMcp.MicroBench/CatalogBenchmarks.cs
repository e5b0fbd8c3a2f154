using System.Text;
using BenchmarkDotNet.Attributes;
using OrdersMcp.Bench;

namespace OrdersMcp.MicroBench;

/// <summary>From a document to its tools.</summary>
public class CatalogBenchmarks
{
    private const int Many = 1000;

    private static readonly byte[] Large = Encoding.UTF8.GetBytes(LargeDocument.Of(Many).ToJsonString());

    [Benchmark(Description = "catalog of the orders API")]
    public object Orders() => new OrdersDocument([]).Tools;

    [Benchmark(Description = "catalog of 1,000 operations")]
    public object Thousand() => new OrdersDocument([], Large).Tools;
}
