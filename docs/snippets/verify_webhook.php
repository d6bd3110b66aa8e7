<?php
// Checks that a webhook comes from your ATS. PHP 7.4 or later, no package needed.
declare(strict_types=1);

/** Seconds by which the sender's clock may differ from yours. */
const WEBHOOK_TOLERANCE_SECONDS = 5 * 60;

/**
 * @param string $secret the whole text that you were shown, from "whsec_" on
 * @param array<string, string> $headers such as getallheaders()
 * @param string $rawBody the bytes as they came: file_get_contents('php://input')
 */
function isAuthentic(string $secret, array $headers, string $rawBody): bool
{
    $headers = array_change_key_case($headers);
    $id = $headers['webhook-id'] ?? '';
    $timestamp = $headers['webhook-timestamp'] ?? '';
    $signatures = $headers['webhook-signature'] ?? '';

    if (preg_match('/^[0-9]{1,15}$/D', $timestamp) !== 1) {
        return false;
    }
    if (abs(time() - (int) $timestamp) > WEBHOOK_TOLERANCE_SECONDS) {
        return false;
    }

    $digest = hash_hmac('sha256', "$id.$timestamp.$rawBody", webhookKey($secret), true);
    $expected = 'v1,' . base64_encode($digest);
    foreach (explode(' ', $signatures) as $signature) {
        if (hash_equals($expected, $signature)) {
            return true;
        }
    }
    return false;
}

/** An empty key would let anybody sign: a secret that was not set must not go unnoticed. */
function webhookKey(string $secret): string
{
    $key = base64_decode(substr($secret, 6), true);
    if (strncmp($secret, 'whsec_', 6) !== 0 || $key === false || strlen($key) < 24) {
        throw new InvalidArgumentException(
            'the webhook secret must be the whole text, from "whsec_" on'
        );
    }
    return $key;
}
