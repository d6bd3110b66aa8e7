<?php
// Runs verify_webhook.php over deliveries from standard input: one a line, one verdict a line.
require __DIR__ . '/verify_webhook.php';

while (($line = fgets(STDIN)) !== false) {
    [$secret, $id, $timestamp, $signature, $body] = explode("\t", rtrim($line, "\n"));
    // As getallheaders() spells them.
    $headers = array_filter(
        ['Webhook-Id' => $id, 'Webhook-Timestamp' => $timestamp, 'Webhook-Signature' => $signature],
        fn ($value) => $value !== '-'
    );
    try {
        echo isAuthentic($secret, $headers, base64_decode($body)) ? "accepted\n" : "refused\n";
    } catch (Throwable $error) {
        echo "error\n";
    }
}
