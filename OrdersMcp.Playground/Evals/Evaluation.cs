using Microsoft.Extensions.Options;
using OrdersMcp.Playground.Configuration;
using OrdersMcp.Playground.Conversations;
using OrdersMcp.Playground.Models;
using OrdersMcp.Playground.Tools;

namespace OrdersMcp.Playground.Evals;

/// <summary>What to evaluate.</summary>
/// <param name="Model">The id of the model.</param>
/// <param name="Runs">How often each case is run.</param>
/// <param name="Cases">The folder of the cases.</param>
/// <param name="MinSuccess">The percentage of runs that must succeed; unless given, all of the scripted model's and none of a real model's.</param>
internal sealed record EvaluationOptions(string Model, int Runs, string Cases, double? MinSuccess);

/// <summary>Runs the cases one after another, and writes the table.</summary>
internal sealed class Evaluation(
    ModelCatalog models, ToolServers servers, ConversationRunner runner, IOptions<PlaygroundOptions> options, TimeProvider time)
{
    private const int Failed = 1;
    private const int CannotRun = 2;

    /// <summary>
    /// The caller with every scope, as the AppHost names it. Without configured callers it is the one without a credential,
    /// which a server in Development admits from this machine.
    /// </summary>
    private const string AllScopes = "read-write";

    /// <returns>0; 1 if too few runs succeed; 2 if the cases cannot be run.</returns>
    public async Task<int> RunAsync(EvaluationOptions wanted, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (models.Find(wanted.Model) is not { } model)
        {
            await error.WriteLineAsync($"There is no model '{wanted.Model}'. The models are {string.Join(", ", models.All.Select(each => each.Id))}.");
            return CannotRun;
        }

        IReadOnlyList<CaseResult> results;
        try
        {
            var cases = await CaseFiles.ReadAsync(wanted.Cases, cancellationToken);
            await CheckServerAsync(cases, cancellationToken);
            results = await RunAsync(cases, model, wanted.Runs, error, cancellationToken);
        }
        catch (Exception exception) when (exception is CaseFileException or ToolServerException)
        {
            await error.WriteLineAsync(exception.Message);
            return CannotRun;
        }

        await output.WriteLineAsync($"{model.Name}, {model.Model}: {wanted.Runs} {(wanted.Runs == 1 ? "run" : "runs")} of each case\n");
        await output.WriteAsync(ResultTable.Write(results, options.Value.Currency));
        var (success, least) = (ResultTable.SuccessPercent(results), wanted.MinSuccess ?? (model.IsScripted ? 100 : 0));
        if (success >= least)
        {
            return 0;
        }

        await error.WriteLineAsync($"{success:0.#} % of the runs succeeded; at least {least:0.#} % must.");
        return Failed;
    }

    /// <summary>Connects as every caller, so that a server that does not run is one error and not one for each case.</summary>
    private async Task CheckServerAsync(IEnumerable<EvaluationCase> cases, CancellationToken cancellationToken)
    {
        foreach (var caller in cases.Select(CallerOf).OfType<CallerOptions>().DistinctBy(caller => caller.Id))
        {
            var server = await servers.ConnectAsync(caller, cancellationToken);
            await server.ListToolsAsync(cancellationToken);
        }
    }

    private async Task<IReadOnlyList<CaseResult>> RunAsync(
        IReadOnlyList<EvaluationCase> cases, PlaygroundModel model, int runs, TextWriter progress, CancellationToken cancellationToken)
    {
        var judge = new Judge(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
        var caseRunner = new CaseRunner(runner, model.Id);
        var results = new List<CaseResult>();
        foreach (var each in cases)
        {
            if (model.IsScripted && each.Needs == CaseNeed.Model)
            {
                results.Add(new CaseResult(each, [], "needs a real model"));
            }
            else if (CallerOf(each) is not { } caller)
            {
                results.Add(new CaseResult(each, [], $"the caller {each.Caller} is not in Playground:Callers"));
            }
            else
            {
                var judged = new List<JudgedRun>();
                for (var i = 0; i < runs; i++)
                {
                    judged.Add(judge.Judged(each, await caseRunner.RunAsync(each, caller.Id, cancellationToken)));
                }

                results.Add(new CaseResult(each, judged));
                await progress.WriteLineAsync($"{each.Name}: {judged.Count(run => run.IsSuccess)} of {runs}");
            }
        }

        return results;
    }

    private CallerOptions? CallerOf(EvaluationCase each) =>
        servers.Find(each.Caller) ?? (each.Caller == AllScopes && options.Value.Callers.Count == 0 ? servers.Find(id: null) : null);
}
