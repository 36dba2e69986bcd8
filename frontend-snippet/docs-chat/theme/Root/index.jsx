import React from 'react';
import Root from '@theme-init/Root';
import DocsChat from '@theme/DocsChat';

export default function RootWithDocsChat({children}) {
  return (
    <Root>
      {children}
      <DocsChat />
    </Root>
  );
}
