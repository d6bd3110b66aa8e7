// Runs VerifyWebhook.cs over deliveries from standard input: one a line, one verdict a line.
using System;
using System.Collections.Generic;

public static class Verify
{
    private static readonly List<string> Names =
        new List<string> { "webhook-id", "webhook-timestamp", "webhook-signature" };

    public static void Main()
    {
        for (string line = Console.ReadLine(); line != null; line = Console.ReadLine())
        {
            Console.WriteLine(VerdictOn(line.Split('\t')));
        }
    }

    private static string VerdictOn(string[] parts)
    {
        try
        {
            bool authentic = VerifyWebhook.IsAuthentic(
                parts[0],
                name => ValueOf(parts[1 + Names.IndexOf(name)]),
                Convert.FromBase64String(parts[4]));
            return authentic ? "accepted" : "refused";
        }
        catch (Exception)
        {
            return "error";
        }
    }

    private static string ValueOf(string part)
    {
        return part == "-" ? null : part;
    }
}
