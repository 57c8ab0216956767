/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loupe-scan FILE: what the code of an ELF file calls, and which system calls it makes. See docs/scanner-protocol.md. */
#include "report.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	struct image image;
	struct program_code code;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		puts("Usage: loupe-scan FILE\n\n"
		     "Writes what the code of an ELF file for x86-64 calls, one JSON object a line.");
		return 0;
	}
	if (argc != 2)
		die(EXIT_INPUT, "one file is needed: loupe-scan FILE");
	open_image(&image, argv[1]);
	read_code(&image, &code);
	report_file(&image);
	report_roots(&image, &code);
	report_pieces(&image, &code);
	report_end(&code);
	if (fflush(stdout) != 0 || ferror(stdout))
		die(EXIT_ENVIRONMENT, "cannot write the report");
	return 0;
}
