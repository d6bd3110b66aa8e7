# frozen_string_literal: true

# Runs verify_webhook.rb over deliveries from standard input: one a line, one verdict a line.
require_relative "verify_webhook"

NAMES = %w[webhook-id webhook-timestamp webhook-signature].freeze

while (line = gets)
  secret, *values, body = line.chomp.split("\t", -1)
  headers = NAMES.zip(values).reject { |_, value| value == "-" }.to_h
  begin
    authentic = VerifyWebhook.authentic?(secret, headers, body.unpack1("m"))
    puts authentic ? "accepted" : "refused"
  rescue StandardError
    puts "error"
  end
end
