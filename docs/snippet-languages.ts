// The languages of the receivers page: where each snippet is, and how a machine that has the language runs it.

/** One way to run a snippet. Commands run in a folder that holds `files`, one after the other. */
export interface Toolchain {
  /** As people call it: the page says which one ran the snippet. */
  readonly name: string;
  /** Prints the version; fails where the toolchain is not installed. */
  readonly version: readonly string[];
  /** Name in the folder → a file of `docs/`, or a text. */
  readonly files: Readonly<Record<string, string | { readonly text: string }>>;
  readonly prepare?: readonly string[];
  /** Reads deliveries from its standard input, and writes verdicts. */
  readonly run: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export interface SnippetLanguage {
  readonly name: string;
  /** Within `docs/`. */
  readonly snippet: string;
  /** For the colours of a code block. */
  readonly fence: string;
  readonly requires: string;
  /** The first one that is installed is used. */
  readonly toolchains: readonly Toolchain[];
}

const script = (name: string, command: string, snippet: string, driver: string): Toolchain => ({
  name,
  version: [command, '--version'],
  files: { [snippet]: `snippets/${snippet}`, [driver]: `drivers/${driver}` },
  run: [command, driver],
});

const goModule = 'module receiver\n\ngo 1.18\n';

/** Builds for the SDK's own framework, the one it needs no download for. */
const csharpProject = `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net$(BundledNETCoreAppTargetFrameworkVersion)</TargetFramework>
    <UseAppHost>false</UseAppHost>
  </PropertyGroup>
</Project>
`;

const csharpFiles = {
  'VerifyWebhook.cs': 'snippets/VerifyWebhook.cs',
  'Verify.cs': 'drivers/Verify.cs',
};

export const snippetLanguages: readonly SnippetLanguage[] = [
  {
    name: 'Node.js',
    snippet: 'snippets/verify-webhook.mjs',
    fence: 'js',
    requires: 'Node 18',
    toolchains: [script('Node.js', 'node', 'verify-webhook.mjs', 'verify.mjs')],
  },
  {
    name: 'PHP',
    snippet: 'snippets/verify_webhook.php',
    fence: 'php',
    requires: 'PHP 7.4',
    toolchains: [script('PHP', 'php', 'verify_webhook.php', 'verify.php')],
  },
  {
    name: 'Python',
    snippet: 'snippets/verify_webhook.py',
    fence: 'python',
    requires: 'Python 3.8',
    toolchains: [script('Python', 'python3', 'verify_webhook.py', 'verify.py')],
  },
  {
    name: 'Ruby',
    snippet: 'snippets/verify_webhook.rb',
    fence: 'ruby',
    requires: 'Ruby 3.0',
    toolchains: [script('Ruby', 'ruby', 'verify_webhook.rb', 'verify.rb')],
  },
  {
    name: 'Java',
    snippet: 'snippets/VerifyWebhook.java',
    fence: 'java',
    requires: 'Java 11',
    toolchains: [
      {
        name: 'Java',
        version: ['javac', '-version'],
        files: {
          'VerifyWebhook.java': 'snippets/VerifyWebhook.java',
          'Verify.java': 'drivers/Verify.java',
        },
        prepare: ['javac', 'VerifyWebhook.java', 'Verify.java'],
        run: ['java', 'Verify'],
      },
    ],
  },
  {
    name: 'C#',
    snippet: 'snippets/VerifyWebhook.cs',
    fence: 'csharp',
    requires: '.NET 6',
    toolchains: [
      {
        name: '.NET',
        version: ['dotnet', '--version'],
        files: { ...csharpFiles, 'Verify.csproj': { text: csharpProject } },
        run: ['dotnet', 'run'],
        environment: { DOTNET_NOLOGO: '1', DOTNET_CLI_TELEMETRY_OPTOUT: '1' },
      },
      {
        name: 'Mono',
        version: ['mcs', '--version'],
        files: csharpFiles,
        prepare: ['mcs', '-out:Verify.exe', 'VerifyWebhook.cs', 'Verify.cs'],
        run: ['mono', 'Verify.exe'],
      },
    ],
  },
  {
    name: 'Go',
    snippet: 'snippets/verify_webhook.go',
    fence: 'go',
    requires: 'Go 1.18',
    toolchains: [
      {
        name: 'Go',
        version: ['go', 'version'],
        files: {
          'webhook/verify_webhook.go': 'snippets/verify_webhook.go',
          'main.go': 'drivers/verify.go',
          'go.mod': { text: goModule },
        },
        run: ['go', 'run', '.'],
        // Neither another toolchain nor a module is fetched: the standard library is enough.
        environment: { GOTOOLCHAIN: 'local', GOPROXY: 'off', GO111MODULE: 'on' },
      },
    ],
  },
];
