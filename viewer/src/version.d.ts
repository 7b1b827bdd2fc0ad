/** The service's version, which the build puts in. */
declare const __SERVICE_VERSION__: string;
