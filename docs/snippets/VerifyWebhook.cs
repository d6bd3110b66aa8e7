// Checks that a webhook comes from your ATS. .NET 6 or later, standard library only.
using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

public static class VerifyWebhook
{
    /// <summary>Seconds by which the sender's clock may differ from yours.</summary>
    private const long ToleranceSeconds = 5 * 60;

    /// <param name="secret">The whole text that you were shown, from "whsec_" on.</param>
    /// <param name="header">Gives a header by its name, or null: name => Request.Headers[name].</param>
    /// <param name="rawBody">The bytes as they came, before any JSON parser.</param>
    public static bool IsAuthentic(string secret, Func<string, string> header, byte[] rawBody)
    {
        string id = header("webhook-id");
        string timestamp = header("webhook-timestamp") ?? "";
        string signatures = header("webhook-signature") ?? "";

        if (!Regex.IsMatch(timestamp, @"\A[0-9]{1,15}\z")) return false;
        long age = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(timestamp);
        if (Math.Abs(age) > ToleranceSeconds) return false;

        byte[] signed = Encoding.UTF8.GetBytes($"{id}.{timestamp}.").Concat(rawBody).ToArray();
        using (var hmac = new HMACSHA256(KeyOf(secret)))
        {
            string expected = "v1," + Convert.ToBase64String(hmac.ComputeHash(signed));
            // In a time that does not tell how much of a forged signature is right.
            return signatures.Split(' ').Any(signature => CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(expected)));
        }
    }

    /// <summary>An empty key would let anybody sign: a secret that was not set must not go unnoticed.</summary>
    private static byte[] KeyOf(string secret)
    {
        byte[] key = secret.StartsWith("whsec_", StringComparison.Ordinal)
            ? Convert.FromBase64String(secret.Substring("whsec_".Length))
            : Array.Empty<byte>();
        if (key.Length < 24)
        {
            throw new ArgumentException("the webhook secret must be the whole text, from \"whsec_\" on");
        }
        return key;
    }
}
