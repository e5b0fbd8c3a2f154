using OrdersMcp.OpenApiTools.Configuration;

namespace OrdersMcp.Tests.McpServer.Corpus;

/// <summary>names.yaml: names that are long, strange or missing, and deprecated operations.</summary>
[Trait("Category", "Unit")]
public sealed class NameTests
{
    private readonly ToolBench _bench = CorpusDocument.Bench("names.yaml");

    [Fact]
    public void Names_are_short_and_keep_their_meaning()
    {
        Assert.Equal(
            [
                "get_root",
                "actio_list_repo_organ_secre_authe_user_17c6",
                "actio_list_repo_organ_secre_authe_team_06c1",
                "remove",
                "get_old",
                "get_unicode",
                "spaced_out",
                "post_custo_custo_bank_verif_micro_depos_399a",
                "get_v1_customers_by_customer_orders",
            ],
            _bench.Tools.Select(tool => tool.Definition.Name));
    }

    [Fact]
    public void Name_of_an_operation_does_not_depend_on_the_others()
    {
        var others = CorpusDocument.Bench("names.yaml", api => api.ExcludeOperations = ["get_old", "remove_everything_in_one_go"]);

        Assert.Subset(_bench.Names.ToHashSet(StringComparer.Ordinal), others.Names.ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public void Shortened_name_keeps_its_title_and_description()
    {
        var verify = _bench.Tools.Single(tool => tool.Metadata.Path.EndsWith("/verify", StringComparison.Ordinal)).Definition;

        Assert.Equal(("Verify a bank account", "Verify a bank account"), (verify.Title, verify.Description));
    }

    [Fact]
    public void Deprecated_operation_is_marked_or_left_out()
    {
        Assert.Equal("Deprecated. Gets what is old.", _bench.Tool("get_old").Definition.Description);
        Assert.True(_bench.Argument("get_old", "way").GetProperty("deprecated").GetBoolean());
        Assert.DoesNotContain("get_old", CorpusDocument.Bench("names.yaml", api => api.Deprecated = DeprecatedOperations.Omit).Names);
    }

    [Fact]
    public void Extension_names_and_hides_and_its_unknown_members_do_no_harm()
    {
        var removed = _bench.Tool("remove").Definition;

        Assert.Equal(("Remove", "Removes it.", false), (removed.Title, removed.Description, removed.Annotations!.DestructiveHint));
        Assert.DoesNotContain("hidden", _bench.Names);
        Assert.Empty(_bench.Warnings);
    }
}
